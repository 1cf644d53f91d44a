#pragma once

#include "auth/auth.h"
#include "http/context.h"
#include "http/message.h"

namespace voyages::auth::oauth {

/// `GET` and `POST /oauth/userinfo` (OpenID Connect Core §5.3): what the access token's scope tells of its user, as it
/// is now. Bearer tokens (RFC 6750) and such that a key must prove (RFC 9449 §7).
http::Response answer_userinfo(Auth& auth, const http::Request& request, http::Context& context);

}  // namespace voyages::auth::oauth
