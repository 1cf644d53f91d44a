#include "auth/federation/id_token.h"

#include "base/encoding.h"
#include "base/json_members.h"
#include "base/secret.h"
#include "base/strict_json.h"

namespace voyages::auth::federation {

namespace {

constexpr std::size_t max_subject_bytes = 255;  // OpenID Connect Core §2

// RFC 7519 §2: seconds, with or without a fraction. Returns nullopt if the number is out of range for a time.
std::optional<double> numeric_date(const boost::json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (!value || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

// §3.1.3.7 rule 3: we are in it, and nobody else is whom we do not trust, which is everybody.
bool is_for(const boost::json::object& claims, std::string_view client_id) {
  const auto* audience = claims.if_contains("aud");
  if (!audience) return false;
  if (const auto* list = audience->if_array()) return list->size() == 1 && is_text(list->front(), client_id);
  return is_text(*audience, client_id);
}

std::optional<IdTokenFault> find_fault(const boost::json::object& claims, const Expected& expected, Time now) {
  if (text_in(claims, "iss") != expected.issuer) return IdTokenFault::wrong_issuer;  // rule 2
  if (!is_for(claims, expected.client_id)) return IdTokenFault::wrong_audience;      // rule 3
  // Rules 4 and 5.
  if (claims.contains("azp") && text_in(claims, "azp") != expected.client_id) {
    return IdTokenFault::wrong_authorized_party;
  }
  const auto seconds = static_cast<double>(to_epoch_s(now));
  const auto leeway = static_cast<double>(clock_leeway.count());
  const auto expires = numeric_date(claims, "exp");
  if (!expires || seconds >= *expires + leeway) return IdTokenFault::expired;  // rule 9
  const auto issued = numeric_date(claims, "iat");
  if (!issued || *issued > seconds + leeway) return IdTokenFault::not_yet_issued;  // rule 10
  // RFC 7519 §4.1.5.
  const auto begins = numeric_date(claims, "nbf");
  if (begins ? *begins > seconds + leeway : claims.contains("nbf")) return IdTokenFault::not_yet_valid;
  // Rule 11.
  const auto nonce = text_in(claims, "nonce");
  if (!nonce || !equal_in_constant_time(*nonce, expected.nonce)) return IdTokenFault::wrong_nonce;
  const auto subject = text_or_empty(claims, "sub");
  if (subject.empty() || subject.size() > max_subject_bytes) return IdTokenFault::no_subject;
  return std::nullopt;
}

// RFC 8725 §3.11: not what the same key signed for another purpose, as an access token (`at+jwt`, RFC 9068) or a logout
// token. RFC 7519 §5.1: an ID token has the type JWT, or none.
bool is_of_our_type(const crypto::UnverifiedJws& token) {
  return !token.header.contains("typ") || equal_ignoring_case(token.text("typ"), "JWT");
}

}  // namespace

std::string_view to_string(IdTokenFault fault) {
  switch (fault) {
    case IdTokenFault::algorithm_not_allowed:
      return "algorithm_not_allowed";
    case IdTokenFault::wrong_type:
      return "wrong_type";
    case IdTokenFault::unknown_key:
      return "unknown_key";
    case IdTokenFault::bad_signature:
      return "bad_signature";
    case IdTokenFault::not_claims:
      return "not_claims";
    case IdTokenFault::wrong_issuer:
      return "wrong_issuer";
    case IdTokenFault::wrong_audience:
      return "wrong_audience";
    case IdTokenFault::wrong_authorized_party:
      return "wrong_authorized_party";
    case IdTokenFault::expired:
      return "expired";
    case IdTokenFault::not_yet_issued:
      return "not_yet_issued";
    case IdTokenFault::not_yet_valid:
      return "not_yet_valid";
    case IdTokenFault::wrong_nonce:
      return "wrong_nonce";
    case IdTokenFault::no_subject:
      return "no_subject";
  }
  return {};
}

bool is_allowed_algorithm(const crypto::UnverifiedJws& token) {
  const auto algorithm = crypto::parse_algorithm(token.text("alg"));
  return algorithm && *algorithm != crypto::Algorithm::HS256;
}

std::expected<boost::json::object, IdTokenFault> check_id_token(const crypto::UnverifiedJws& token,
                                                                const crypto::Jwk* key, const Expected& expected,
                                                                Time now) {
  if (!is_allowed_algorithm(token)) return std::unexpected(IdTokenFault::algorithm_not_allowed);
  if (!is_of_our_type(token)) return std::unexpected(IdTokenFault::wrong_type);
  if (!key) return std::unexpected(IdTokenFault::unknown_key);
  if (!crypto::verify_jws(token, *key)) return std::unexpected(IdTokenFault::bad_signature);
  auto claims = parse_strict_json(token.payload);
  if (!claims || !claims->is_object()) return std::unexpected(IdTokenFault::not_claims);
  if (const auto fault = find_fault(claims->get_object(), expected, now)) return std::unexpected(*fault);
  return std::move(claims->get_object());
}

std::optional<Time> read_auth_time(const boost::json::object& claims, Time now) {
  const auto seconds = numeric_date(claims, "auth_time");
  if (!seconds) return std::nullopt;
  const auto latest = static_cast<double>(to_epoch_s(now - clock_leeway));
  if (*seconds >= latest) return now;
  return Time(std::chrono::seconds(static_cast<std::int64_t>(std::max(*seconds, 0.0))));
}

}  // namespace voyages::auth::federation
