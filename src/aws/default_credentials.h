#pragma once

#include <memory>

#include "aws/credentials.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/client/client.h"

namespace voyages::aws {

/// Credentials from the first place that has some, asked in the order of AWS's own tools: the environment, the profile
/// files, the container's endpoint, the instance's metadata. Asks nothing before the first `get`.
std::unique_ptr<CredentialsSource> default_credentials(http::client::Client& http, const Clock& clock, Logger& log);

}  // namespace voyages::aws
