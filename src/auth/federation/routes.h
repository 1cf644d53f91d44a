#pragma once

#include "auth/authenticator.h"
#include "auth/federation/federation.h"
#include "http/router.h"

namespace voyages::auth::federation {

/// Declares the routes of this folder.
void add_routes(http::Router& router, Federation& federation, CallerAuthenticator& authenticator);

}  // namespace voyages::auth::federation
