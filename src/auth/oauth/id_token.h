#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "auth/oauth/client.h"
#include "auth/session.h"
#include "base/secret.h"

namespace voyages::auth::oauth {

/// What an ID token says besides what its client and session say.
struct IdTokenContent {
  std::string_view access_token;      // that it comes with
  std::string_view nonce{};           // of the authorization request; empty: it had none
  boost::json::object user_claims{};  // of `user_claims`
};

/// Signs an ID token (OpenID Connect Core §2) by the algorithm that the client wants. The user's claims are in it as
/// far as the `claims` parameter asked for them there (§5.5); they are the userinfo endpoint's to tell (§5.4).
Secret make_id_token(Auth& auth, const Client& client, const SessionClaims& session, const IdTokenContent& content,
                     Time now);

/// The authentication context class (OpenID Connect Core §2 `acr`) that these methods make.
std::string_view acr_of(const std::vector<std::string>& amr);

}  // namespace voyages::auth::oauth
