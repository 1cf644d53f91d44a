#include "aws/environment_credentials.h"

#include "aws/environment.h"
#include "base/unavailable.h"

namespace voyages::aws {

std::optional<Credentials> EnvironmentCredentials::load() {
  auto id = variable("AWS_ACCESS_KEY_ID");
  if (id.empty()) return std::nullopt;
  Secret secret(variable("AWS_SECRET_ACCESS_KEY"));
  if (secret.empty()) throw Unavailable("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not: set both");
  return Credentials{std::move(id), std::move(secret), Secret(variable("AWS_SESSION_TOKEN")), {}};
}

}  // namespace voyages::aws
