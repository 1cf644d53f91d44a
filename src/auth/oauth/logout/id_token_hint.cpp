#include "auth/oauth/logout/id_token_hint.h"

#include <algorithm>

#include "base/json_members.h"
#include "base/strict_json.h"
#include "crypto/jose.h"

namespace voyages::auth::oauth {

namespace {

bool is_for(const boost::json::object& claims, std::string_view client_id) {
  const auto* audience = claims.if_contains("aud");
  if (!audience) return false;
  if (audience->is_string()) return audience->get_string() == client_id;
  return audience->is_array() && std::ranges::any_of(audience->get_array(), [&](const boost::json::value& value) {
           return value.is_string() && value.get_string() == client_id;
         });
}

}  // namespace

std::optional<boost::json::object> read_id_token_hint(const Auth& auth, std::string_view id_token,
                                                      std::string_view client_id, Time now) {
  const auto jws = crypto::parse_jws(id_token);
  if (!jws) return std::nullopt;
  // Our keys sign access tokens and logout tokens too; those say so (RFC 8725 §3.11).
  if (const auto typ = jws->text("typ"); !typ.empty() && typ != "JWT") return std::nullopt;
  const auto key = auth.keys.find(jws->text("kid"), now);
  if (!key || !crypto::verify_jws(*jws, *key)) return std::nullopt;
  auto claims = parse_strict_json(jws->payload);
  if (!claims || !claims->is_object()) return std::nullopt;
  auto& object = claims->get_object();
  if (text_or_empty(object, "iss") != auth.access_tokens.issuer() || !is_for(object, client_id)) return std::nullopt;
  return std::move(object);
}

bool is_of_unknown_key(const Auth& auth, std::string_view id_token, Time now) {
  const auto jws = crypto::parse_jws(id_token);
  return jws && !auth.keys.find(jws->text("kid"), now);
}

}  // namespace voyages::auth::oauth
