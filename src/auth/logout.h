#pragma once

#include "auth/auth.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::auth {

/// `POST /auth/logout`: ends the caller's session, and those of clients that hang on it; their access tokens are
/// refused from now on.
Result<void> logout(Auth& auth, const http::Nothing& input, http::Context& context);

}  // namespace voyages::auth
