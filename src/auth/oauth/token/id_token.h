#pragma once

#include <array>
#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "auth/oauth/clients/client.h"
#include "auth/session.h"
#include "base/secret.h"
#include "crypto/jose.h"

namespace voyages::auth::oauth {

/// What may sign an ID token.
inline constexpr std::array id_token_algorithms{crypto::Algorithm::RS256, crypto::Algorithm::ES256,
                                                crypto::Algorithm::EdDSA};

/// Makes the keys that ID tokens will be signed with, where there are none yet: before a client that keeps our keys has
/// read them, and would not know the key of its first ID token.
void prepare_id_token_keys(Auth& auth, Time now);

/// What an ID token says besides what its client and session say.
struct IdTokenContent {
  std::string_view access_token;      // that it comes with
  std::string_view nonce{};           // of the authorization request; empty: it had none
  boost::json::object user_claims{};  // those that the `claims` parameter asked for here (§5.5)
};

/// Signs an ID token (OpenID Connect Core §2) by the algorithm that the client wants.
Secret make_id_token(Auth& auth, const Client& client, const SessionClaims& session, const IdTokenContent& content,
                     Time now);

/// The authentication context class (`acr`) of a session: the first of its methods, `pwd` (RFC 8176) or `fed`.
std::string_view acr_of(const std::vector<std::string>& amr);

}  // namespace voyages::auth::oauth
