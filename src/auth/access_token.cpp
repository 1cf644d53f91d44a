#include "auth/access_token.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>

#include "base/json_members.h"
#include "base/uuid.h"
#include "crypto/jose.h"
#include "crypto/token.h"

namespace voyages::auth {

namespace {

namespace json = boost::json;

// Whose tokens those are that come from signing in here, without a client.
constexpr std::string_view own_client_id = "voyages";
// Our own clock may be set back a little between two calls; nobody else issues these tokens.
constexpr std::chrono::seconds clock_leeway{60};
constexpr std::string_view token_type = "at+jwt";  // RFC 9068 §2.1

std::optional<Time> numeric_date(const json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (!value || !value->is_int64()) return std::nullopt;
  return from_epoch_s(value->get_int64());
}

// RFC 7519 §4.1.3: one text, or a list.
std::vector<std::string> audience_of(const json::object& claims) {
  const auto* aud = claims.if_contains("aud");
  if (!aud) return {};
  if (aud->is_string()) return {std::string(aud->get_string())};
  std::vector<std::string> list;
  if (aud->is_array()) {
    for (const auto& one : aud->get_array()) {
      if (one.is_string()) list.emplace_back(one.get_string());
    }
  }
  return list;
}

json::value audience_claim(const std::vector<std::string>& audience, const std::string& issuer) {
  if (audience.empty()) return json::value(issuer);
  if (audience.size() == 1) return json::value(audience.front());
  return json::array(audience.begin(), audience.end());
}

std::optional<http::Principal> to_principal(const json::object& claims) {
  http::Principal principal{.user_id = std::string(text_or_empty(claims, "sub")),
                            .session_id = std::string(text_or_empty(claims, "sid")),
                            .jti = std::string(text_or_empty(claims, "jti")),
                            .email = std::string(text_or_empty(claims, "email"))};
  if (principal.user_id.empty() || principal.session_id.empty() || principal.jti.empty()) return std::nullopt;
  const auto* verified = claims.if_contains("email_verified");
  principal.email_verified = verified && verified->is_bool() && verified->get_bool();
  if (const auto client_id = text_or_empty(claims, "client_id"); client_id != own_client_id) {
    if (client_id.empty()) return std::nullopt;
    principal.client_id = client_id;
    principal.scope = text_or_empty(claims, "scope");
    if (const auto* cnf = object_in(claims, "cnf")) principal.dpop_jkt = text_or_empty(*cnf, "jkt");
  }
  if (const auto* roles = claims.if_contains("roles"); roles && roles->is_array()) {
    for (const auto& role : roles->get_array()) {
      if (!role.is_string()) return std::nullopt;
      principal.roles.emplace_back(role.get_string());
    }
  }
  return principal;
}

// Ours say no `nbf`: a service whose clock is behind would refuse what was issued a moment ago.
bool has_begun(const json::object& claims, Time now) {
  const auto not_before = numeric_date(claims, "nbf");
  return not_before ? *not_before <= now + clock_leeway : !claims.contains("nbf");
}

}  // namespace

AccessTokens::AccessTokens(const SigningKeys& keys, Options options)
    : keys_(keys), options_(std::move(options)), slots_(options_.cache_slots) {}

Secret AccessTokens::issue(http::Principal& principal, Time now) const {
  principal.jti = new_uuid7(now);
  const auto iat = to_epoch_s(now);
  principal.expires_at = from_epoch_s(iat) + options_.ttl;
  json::object claims{{"iss", options_.issuer},
                      {"sub", principal.user_id},
                      {"aud", audience_claim(principal.audience, options_.issuer)},
                      {"iat", iat},
                      {"exp", to_epoch_s(principal.expires_at)},
                      {"jti", principal.jti},
                      {"sid", principal.session_id},
                      {"client_id", principal.client_id.empty() ? own_client_id : principal.client_id}};
  // What a client's token tells of its user is the client's scope's to say: empty here, and so left out.
  if (!principal.email.empty()) {
    claims["email"] = principal.email;
    claims["email_verified"] = principal.email_verified;
  }
  if (principal.client_id.empty() || !principal.roles.empty()) {
    claims["roles"] = json::array(principal.roles.begin(), principal.roles.end());
  }
  if (!principal.scope.empty()) claims["scope"] = principal.scope;
  if (!principal.dpop_jkt.empty()) claims["cnf"] = json::object{{"jkt", principal.dpop_jkt}};
  return Secret(crypto::sign_jws(json::serialize(claims), keys_.current(now), token_type));
}

Result<std::shared_ptr<const http::Principal>> AccessTokens::check(std::string_view token, Time now) {
  auto principal = check_for_anyone(token, now);
  if (principal && std::ranges::find((*principal)->audience, options_.issuer) == (*principal)->audience.end()) {
    return fail(invalid_token);
  }
  return principal;
}

Result<std::shared_ptr<const http::Principal>> AccessTokens::check_for_anyone(std::string_view token, Time now) {
  if (slots_.empty()) return check_anew(token, now);
  const auto digest = crypto::sha256(token);
  std::size_t index = 0;
  std::memcpy(&index, digest.data(), sizeof index);
  index %= slots_.size();
  const auto generation = keys_.generation();
  auto& slot = slots_[index];
  auto& mutex = mutexes_[index % stripes];
  {
    const std::scoped_lock lock(mutex);
    if (slot.digest == digest && slot.generation == generation) {
      if (slot.principal->expires_at > now) return slot.principal;
      return fail(expired_token);
    }
  }
  auto verified = check_anew(token, now);
  if (verified) {
    const std::scoped_lock lock(mutex);
    slot = {digest, generation, *verified};
  }
  return verified;
}

Result<std::shared_ptr<const http::Principal>> AccessTokens::check_anew(std::string_view token, Time now) const {
  const auto jws = crypto::parse_jws(token);
  // RFC 8725 §3.11: another kind of JWT of ours is no access token.
  if (!jws || jws->text("typ") != token_type) return fail(invalid_token);
  const auto key = keys_.find(jws->text("kid"), now);
  if (!key || !crypto::verify_jws(*jws, *key)) return fail(invalid_token);

  // The payload is our own from here on, but a signing key shared by mistake must not make it valid elsewhere.
  boost::system::error_code error;
  const auto payload = json::parse(jws->payload, error);
  if (error || !payload.is_object()) return fail(invalid_token);
  const auto& claims = payload.get_object();
  const auto expires_at = numeric_date(claims, "exp");
  if (text_or_empty(claims, "iss") != options_.issuer || !expires_at || !has_begun(claims, now)) {
    return fail(invalid_token);
  }
  if (*expires_at <= now) return fail(expired_token);
  auto principal = to_principal(claims);
  if (!principal) return fail(invalid_token);
  principal->expires_at = *expires_at;
  principal->audience = audience_of(claims);
  return std::make_shared<const http::Principal>(std::move(*principal));
}

}  // namespace voyages::auth
