#pragma once

#include "part/part.h"

namespace voyages::auth {

/// Accounts and sessions, the OpenID provider, and sign-in by other providers. Needs an `email::Outbox`; offers `Auth`,
/// and the `http::Authenticator` of all routes.
part::Part make_part();

}  // namespace voyages::auth
