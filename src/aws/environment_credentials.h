#pragma once

#include "aws/credentials_provider.h"

namespace voyages::aws {

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: what Lambda sets.
class EnvironmentCredentials final : public CredentialsProvider {
 public:
  std::optional<Credentials> load() override;
};

}  // namespace voyages::aws
