#include "aws/profile_credentials.h"

#include <fmt/format.h>

#include "aws/environment.h"
#include "base/unavailable.h"

namespace voyages::aws {

namespace {

constexpr std::string_view unsupported[] = {"credential_process", "sso_session", "sso_start_url", "role_arn",
                                            "web_identity_token_file"};

}  // namespace

std::optional<Credentials> credentials_of(const Profile& profile) {
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
  for (const auto name : unsupported) {
    if (setting(name).empty()) continue;
    throw Unavailable(
        fmt::format("the profile {} in {} gets its credentials by {}, which is not supported: put keys into the "
                    "environment, for example with `aws configure export-credentials --format env`",
                    profile.name, profile.files, name));
  }
  return std::nullopt;
}

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
  return credentials_of(profile);
}

}  // namespace voyages::aws
