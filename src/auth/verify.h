#pragma once

#include <optional>
#include <string>

#include "auth/authenticator.h"
#include "http/context.h"
#include "http/message.h"

namespace voyages::auth {

/// `GET /auth/verify`, for nginx `auth_request`, Caddy `forward_auth` and Traefik `ForwardAuth`: 200 with
/// `Remote-User`, `Remote-Groups` and `Remote-Email` (empty until it is verified) for a signed-in user, else 401; with
/// `?role=` 403 for a user without that role, and always 403 for services and clients. The token comes in
/// `Authorization: Bearer` or in our cookie. Where a browser asked for the page `X-Forwarded-Uri`, the 401 has the
/// sign-in page in `Location`, for nginx; with
/// `?redirect=true` it is a 303, since Caddy and Traefik hand the answer on as it is.
http::Response verify(CallerAuthenticator& authenticator, const http::Request& request, http::Context& context);

}  // namespace voyages::auth
