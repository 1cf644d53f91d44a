#pragma once

#include "aws/credentials_provider.h"
#include "aws/profile.h"

namespace voyages::aws {

/// The access keys of the profile in ~/.aws/credentials or ~/.aws/config.
class ProfileCredentials final : public CredentialsProvider {
 public:
  [[nodiscard]] std::string_view name() const override { return "the profile files"; }
  std::optional<Credentials> load() override;
};

/// Nothing when the profile says nothing of credentials. Throws `Unavailable` when it wants what is not supported, or
/// is incomplete.
std::optional<Credentials> credentials_of(const Profile& profile);

}  // namespace voyages::aws
