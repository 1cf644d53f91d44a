#pragma once

#include "aws/credentials_provider.h"

namespace voyages::aws {

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: what Lambda sets.
class EnvironmentCredentials final : public CredentialsProvider {
 public:
  [[nodiscard]] std::string_view name() const override { return "the environment"; }
  std::optional<Credentials> load() override;
};

}  // namespace voyages::aws
