#include "auth/oauth/token/dpop.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <optional>

#include "auth/table_keys.h"
#include "base/encoding.h"
#include "base/json_members.h"
#include "base/strict_json.h"
#include "crypto/jose.h"
#include "crypto/token.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

constexpr std::string_view proof_type = "dpop+jwt";
constexpr std::size_t max_jti_bytes = 512;

std::unexpected<OAuthError> bad_proof(std::string description) {
  return refuse(error::invalid_dpop_proof, std::move(description));
}

// RFC 9449 §4.3 check 9: without query and fragment, normalised as RFC 3986 §6.2.2 and §6.2.3 have it.
std::optional<std::string> normalise(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return std::nullopt;
  boost::urls::url url(*parsed);
  url.remove_query();
  url.remove_fragment();
  const bool is_default = (url.scheme_id() == boost::urls::scheme::https && url.port() == "443") ||
                          (url.scheme_id() == boost::urls::scheme::http && url.port() == "80");
  if (is_default || url.port().empty()) url.remove_port();
  url.normalize();
  return std::string(url.buffer());
}

// Checks 5 to 7: an asymmetric key without its private part, of which the signature is.
std::optional<crypto::Jwk> read_key(const crypto::UnverifiedJws& proof) {
  const auto* jwk = object_in(proof.header, "jwk");
  if (!jwk) return std::nullopt;
  // The names of private and symmetric members (RFC 7518 §6.2.2, §6.3.2, §6.4.1). Looked for before the key is made,
  // since a private key is tried out.
  constexpr std::string_view secret_members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
  if (std::ranges::any_of(secret_members, [&](std::string_view name) { return jwk->contains(name); })) {
    return std::nullopt;
  }
  auto key = crypto::Jwk::parse(*jwk);
  if (!key || !crypto::verify_jws(proof, *key)) return std::nullopt;
  return std::move(*key);
}

// Checks 3 and 8 to 12: what the proof claims.
OAuthResult<std::string> check_claims(const json::object& claims, std::string_view method, std::string_view htu,
                                      std::string_view access_token, Time now) {
  const auto jti = text_or_empty(claims, "jti");
  if (jti.empty() || jti.size() > max_jti_bytes) return bad_proof("The proof has no usable `jti`.");
  if (text_or_empty(claims, "htm") != method) return bad_proof("The proof is for another method: see `htm`.");
  if (normalise(text_or_empty(claims, "htu")) != normalise(htu)) {
    return bad_proof("The proof is for another address: `htu` must be " + std::string(htu) + ".");
  }
  const auto* iat = claims.if_contains("iat");
  // Bounds on both sides, computed without a sum that a hostile number could carry over.
  const auto now_s = to_epoch_s(now);
  if (!iat || !iat->is_int64() || iat->get_int64() < now_s - dpop_window.count() ||
      iat->get_int64() > now_s + dpop_window.count()) {
    return bad_proof("The proof was made too long ago, or in the future: see `iat`, and the clock.");
  }
  if (!access_token.empty() && text_or_empty(claims, "ath") != to_base64url(crypto::sha256(access_token))) {
    return bad_proof("The proof is for another access token: see `ath`.");
  }
  return std::string(jti);
}

}  // namespace

OAuthResult<DpopProof> check_dpop(std::string_view text, std::string_view method, std::string_view uri,
                                  std::string_view access_token, Time now) {
  const auto proof = crypto::parse_jws(text);
  if (!proof || proof->text("typ") != proof_type) return bad_proof("The DPoP field is no JWT of type dpop+jwt.");
  const auto key = read_key(*proof);
  if (!key) return bad_proof("The proof is not signed by the public key in its `jwk`, by one of the algorithms taken.");
  const auto payload = parse_strict_json(proof->payload);
  if (!payload || !payload->is_object()) return bad_proof("The proof holds no JSON object.");
  auto jti = check_claims(payload->get_object(), method, uri, access_token, now);
  if (!jti) return std::unexpected(jti.error());
  return DpopProof{key->thumbprint(), std::move(*jti)};
}

OAuthResult<DpopProof> read_dpop(const Auth& auth, const http::Request& request, std::string_view path,
                                 std::string_view access_token, Time now) {
  const auto fields = request.headers.count("DPoP");
  if (fields == 0) return DpopProof();
  if (fields > 1) return bad_proof("Send one DPoP field.");
  return check_dpop(request.headers.get("DPoP"), http::to_string(request.method),
                    auth.options.public_url + std::string(path), access_token, now);
}

OAuthResult<void> spend_proof(Auth& auth, const DpopProof& proof, Time now) {
  if (proof.thumbprint.empty()) return {};
  const auto digest = to_hex(crypto::sha256(proof.thumbprint + '.' + proof.jti));
  // Remembered for as long as its `iat` would let it pass again.
  const store::Write write = store::Put{{{store::key_part(table_keys::dpop, digest), "PROOF"},
                                         {},
                                         std::nullopt,
                                         now + 2 * dpop_window + std::chrono::seconds(1)},
                                        {store::item_absent()}};
  if (!auth.table.write({&write, 1})) return bad_proof("The proof was used before: make one a request.");
  return {};
}

}  // namespace voyages::auth::oauth
