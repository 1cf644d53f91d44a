#pragma once

#include "auth/federation/federation.h"
#include "http/context.h"
#include "http/message.h"

namespace voyages::auth::federation {

/// `GET /auth/federation/{provider}/callback`: where the provider sends the browser back to. Always answers with a
/// redirect to a page: the one that was asked for, or one that says why not by `?error=`.
http::Response finish_federation(Federation& federation, std::string_view provider_id, const http::Request& request,
                                 http::Context& context);

}  // namespace voyages::auth::federation
