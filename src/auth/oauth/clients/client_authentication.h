#pragma once

#include "auth/auth.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/error.h"
#include "auth/oauth/form.h"
#include "http/message.h"

namespace voyages::auth::oauth {

/// Which client calls, proved by its secret in `Authorization: Basic` or in the body (RFC 6749 §2.3.1), or merely named
/// by a public one. `invalid_client` with 401 when it is not proved, and for clients that are disabled.
OAuthResult<Client> authenticate_client(Auth& auth, const http::Request& request, const Form& form);

}  // namespace voyages::auth::oauth
