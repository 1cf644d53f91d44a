#pragma once

#include "auth/auth.h"
#include "auth/authenticator.h"
#include "http/router.h"

namespace voyages::auth {

/// Declares every route of this folder.
void add_routes(http::Router& router, Auth& auth, CallerAuthenticator& authenticator);

}  // namespace voyages::auth
