#pragma once

#include "aws/client.h"
#include "http/client/client.h"

namespace voyages::aws {

/// Where a service is called: the endpoint that the options name, or the region's own. FIPS and dual-stack endpoints
/// (AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT) are not supported; an endpoint may name one.
http::client::Origin endpoint_of(const ClientOptions& options, const Service& service);

}  // namespace voyages::aws
