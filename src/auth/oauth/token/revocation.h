#pragma once

#include "auth/auth.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/error.h"
#include "auth/oauth/form.h"

namespace voyages::auth::oauth {

/// `POST /oauth/revoke` (RFC 7009), of a client that proved itself: ends the session that the token belongs to, with
/// all its tokens. An unknown token is no error; another client's is refused.
OAuthResult<void> revoke(Auth& auth, const Client& client, const Form& form, Time now);

}  // namespace voyages::auth::oauth
