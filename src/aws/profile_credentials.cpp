#include "aws/profile_credentials.h"

#include <fmt/format.h>

#include "aws/environment.h"
#include "aws/profile.h"
#include "aws/program_credentials.h"
#include "base/unavailable.h"

namespace voyages::aws {

namespace {

/// Returns nullopt if the profile has no setting for credentials.
std::optional<Credentials> credentials_of(const Profile& profile, const ProgramLimits& limits) {
  if (needs_aws_cli(profile)) return credentials_by_aws_cli(profile, limits);
  const auto setting = [&](std::string_view name) {
    const auto found = profile.settings.find(name);
    return found == profile.settings.end() ? Secret() : found->second;
  };
  const auto id = setting("aws_access_key_id");
  if (!id.empty()) {
    auto secret = setting("aws_secret_access_key");
    if (secret.empty()) {
      throw Unavailable(fmt::format("the profile {} in {} has an aws_access_key_id, but no aws_secret_access_key",
                                    profile.name, profile.files));
    }
    return Credentials{std::string(id.expose()), std::move(secret), setting("aws_session_token"), {}};
  }
  if (!setting("credential_process").empty()) return credentials_by_process(profile, limits);
  return std::nullopt;
}

}  // namespace

std::optional<Credentials> ProfileCredentials::load() {
  // Otherwise the next places would be asked, and give the rights of the machine in place of the pod's.
  if (!variable("AWS_WEB_IDENTITY_TOKEN_FILE").empty()) {
    throw Unavailable(
        "AWS_WEB_IDENTITY_TOKEN_FILE is set, but credentials by web identity are not supported: use EKS Pod Identity, "
        "or put keys into the environment");
  }
  const auto profile = read_profile();
  if (!profile.exists && !variable("AWS_PROFILE").empty()) {
    throw Unavailable(fmt::format("AWS_PROFILE names the profile {}, which is not in {}", profile.name, profile.files));
  }
  return credentials_of(profile, limits_);
}

}  // namespace voyages::aws
