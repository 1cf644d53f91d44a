#pragma once

#include "auth/auth.h"
#include "http/router.h"

namespace voyages::auth::oauth {

/// Everything under `/oauth/` and the metadata in `/.well-known/`; see docs/openid.md.
void add_routes(http::Router& router, Auth& auth);

/// Its parts: the authorization endpoint and what its pages ask; the token endpoint and those that take tokens;
/// clients, metadata and logout.
void add_authorization_routes(http::Router& router, Auth& auth);
void add_token_routes(http::Router& router, Auth& auth);
void add_client_routes(http::Router& router, Auth& auth);

}  // namespace voyages::auth::oauth
