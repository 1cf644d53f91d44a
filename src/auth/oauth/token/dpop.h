#pragma once

#include <string>
#include <string_view>

#include "auth/auth.h"
#include "auth/oauth/error.h"
#include "base/clock.h"
#include "http/message.h"

namespace voyages::auth::oauth {

namespace error {
inline constexpr std::string_view invalid_dpop_proof = "invalid_dpop_proof";  // RFC 9449 §5
}  // namespace error

/// The algorithms that a proof may be signed with, as metadata and challenges name them.
inline constexpr std::string_view dpop_algorithms = "ES256 EdDSA RS256";

/// How far a proof's `iat` may be from now (RFC 9449 §11.1). We hand out no nonces, so this alone is its time.
inline constexpr std::chrono::seconds dpop_window{60};

/// A proof whose signature and claims hold (RFC 9449 §4.3).
struct DpopProof {
  std::string thumbprint;  // RFC 7638, of the key that it proves; empty: there is no proof
  std::string jti;
};
/// `uri` is that of the endpoint. Says nothing of whether the proof was used before.
OAuthResult<DpopProof> check_dpop(std::string_view proof, std::string_view method, std::string_view uri,
                                  std::string_view access_token, Time now);

/// The proof in the request's `DPoP` field, if it has one, for our endpoint at `path`. `access_token` is what comes
/// with it at a resource, empty elsewhere. A caller that relies on the proof must
/// spend it.
OAuthResult<DpopProof> read_dpop(const Auth& auth, const http::Request& request, std::string_view path,
                                 std::string_view access_token, Time now);

/// Marks a proof as used, and refuses one that was used before (RFC 9449 §11.1). Call it last, when the request is
/// known to succeed otherwise: it writes to the table, and anybody can sign a proof.
OAuthResult<void> spend_proof(Auth& auth, const DpopProof& proof, Time now);

}  // namespace voyages::auth::oauth
