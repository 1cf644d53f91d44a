#include "aws/environment_credentials.h"

#include <cstdlib>
#include <string_view>

#include "base/unavailable.h"

namespace voyages::aws {

namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

std::optional<Credentials> EnvironmentCredentials::load() {
  const auto id = variable("AWS_ACCESS_KEY_ID");
  if (id.empty()) return std::nullopt;
  const auto secret = variable("AWS_SECRET_ACCESS_KEY");
  if (secret.empty()) throw Unavailable("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not: set both");
  return Credentials{std::string(id), Secret(secret), Secret(variable("AWS_SESSION_TOKEN"))};
}

}  // namespace voyages::aws
