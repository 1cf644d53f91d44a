#pragma once

#include "auth/auth.h"
#include "http/context.h"
#include "http/message.h"

namespace voyages::auth::oauth {

/// `POST /oauth/par` (RFC 9126): a client hands over its authorization request itself, so that no browser carries it,
/// and learns at once what is wrong with it.
http::Response push_request(Auth& auth, const http::Request& request, http::Context& context);

}  // namespace voyages::auth::oauth
