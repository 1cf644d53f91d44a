#pragma once

#include "auth/auth.h"
#include "http/context.h"
#include "http/message.h"

namespace voyages::auth::oauth {

/// `GET` and `POST /oauth/authorize` (RFC 6749 §3.1, OpenID Connect Core §3.1.2): sends the browser back to its client
/// with a code or an error, or on to a page of ours where the person signs in or is asked for consent, from which it
/// comes here again.
http::Response authorize(Auth& auth, const http::Request& request, http::Context& context);

}  // namespace voyages::auth::oauth
