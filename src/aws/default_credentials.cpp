#include "aws/default_credentials.h"

#include <utility>

#include "aws/container_credentials.h"
#include "aws/environment_credentials.h"
#include "aws/instance_credentials.h"
#include "aws/profile_credentials.h"
#include "aws/renewed_credentials.h"

namespace voyages::aws {

std::unique_ptr<CredentialsSource> default_credentials(http::client::Client& http, const Clock& clock, Logger& log) {
  RenewedCredentials::Providers providers;
  providers.push_back(std::make_unique<EnvironmentCredentials>());
  providers.push_back(std::make_unique<ProfileCredentials>());
  providers.push_back(std::make_unique<ContainerCredentials>(http));
  providers.push_back(std::make_unique<InstanceCredentials>(http));
  return std::make_unique<RenewedCredentials>(std::move(providers), clock, log);
}

}  // namespace voyages::aws
