#pragma once

#include "auth/oauth/token/token_answer.h"

namespace voyages::auth::oauth {

/// The grants of the token endpoint, each the answer's body. The client may use the grant.

/// RFC 6749 §4.1.3. A code is used up by its first use, a wrong one too: with a wrong `code_verifier`, `redirect_uri`
/// or client (RFC 9700 §2.1.1, §4.5.3). Its second use, by the same client, ends the session that the first one gave
/// (RFC 6749 §4.1.2).
OAuthResult<boost::json::object> grant_by_code(Auth& auth, const TokenRequest& request);

/// RFC 6749 §6, with rotation (`rotate_refresh_token`). The next refresh token keeps the whole scope and all resources.
OAuthResult<boost::json::object> grant_by_refresh_token(Auth& auth, const TokenRequest& request);

/// RFC 6749 §4.4: a token of the client's own, which no person stands behind.
OAuthResult<boost::json::object> grant_by_client_credentials(Auth& auth, const TokenRequest& request);

/// RFC 8628 §3.4, polled.
OAuthResult<boost::json::object> grant_by_device_code(Auth& auth, const TokenRequest& request);

}  // namespace voyages::auth::oauth
