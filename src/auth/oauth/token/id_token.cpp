#include "auth/oauth/token/id_token.h"

#include "auth/oauth/authorize/claims_request.h"
#include "base/encoding.h"
#include "crypto/jose.h"
#include "crypto/token.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

// OpenID Connect Core §3.1.3.6: the left half of the hash that the ID token's algorithm uses; for Ed25519 that is
// SHA-512 (RFC 8032 §5.1).
std::string half_hash(std::string_view text, crypto::Algorithm algorithm) {
  const auto hash = algorithm == crypto::Algorithm::EdDSA ? crypto::sha512(text) : crypto::sha256(text);
  return to_base64url(std::string_view(hash).substr(0, hash.size() / 2));
}

}  // namespace

std::string_view acr_of(const std::vector<std::string>& amr) {
  return amr.empty() ? std::string_view() : std::string_view(amr.front());
}

void prepare_id_token_keys(Auth& auth, Time now) {
  for (const auto algorithm : id_token_algorithms) (void)auth.keys.for_id_tokens(algorithm, now);
}

Secret make_id_token(Auth& auth, const Client& client, const SessionClaims& session, const IdTokenContent& content,
                     Time now) {
  const auto key = auth.keys.for_id_tokens(crypto::parse_algorithm(client.id_token_signed_response_alg).value(), now);
  const auto& grant = session.grant;
  const auto iat = to_epoch_s(now);
  json::object claims{{"iss", auth.access_tokens.issuer()},
                      {"sub", session.user_id},
                      {"aud", client.client_id},
                      {"exp", iat + auth.access_tokens.ttl().count()},
                      {"iat", iat},
                      {"auth_time", to_epoch_s(grant.auth_time)},
                      {"acr", acr_of(grant.amr)},
                      {"amr", json::array(grant.amr.begin(), grant.amr.end())},
                      {"sid", session.session_id},
                      {"at_hash", half_hash(content.access_token, key.algorithm())}};
  if (!content.nonce.empty()) claims["nonce"] = content.nonce;
  // Those above stay as they are.
  claims.insert(content.user_claims.begin(), content.user_claims.end());
  return Secret(crypto::sign_jws(json::serialize(claims), key, "JWT"));
}

}  // namespace voyages::auth::oauth
