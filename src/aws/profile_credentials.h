#pragma once

#include "aws/credentials_provider.h"
#include "base/program.h"

namespace voyages::aws {

/// The access keys of the profile in ~/.aws/credentials or ~/.aws/config: those that are written there, or those that
/// the program it names gives out, which is the AWS CLI for a single sign-on, `aws login` or another role.
class ProfileCredentials final : public CredentialsProvider {
 public:
  explicit ProfileCredentials(const ProgramLimits& limits = {}) : limits_(limits) {}
  [[nodiscard]] std::string_view name() const override { return "the profile files"; }
  std::optional<Credentials> load() override;

 private:
  ProgramLimits limits_;
};

}  // namespace voyages::aws
