#include "auth/oauth/token/introspection.h"

#include <algorithm>

#include "auth/oauth/token/client_token.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

bool is_for(const Client& client, const std::vector<std::string>& audience) {
  return std::ranges::any_of(audience, [&](const std::string& one) {
    return one == client.client_id || std::ranges::find(client.resources, one) != client.resources.end();
  });
}

bool may_look(const Client& client, const ClientToken& token) {
  if (token.client_id().empty()) return false;
  return token.client_id() == client.client_id || (token.access_token && is_for(client, token.access_token->audience));
}

// Neither the session nor the client has ended since the token was made.
bool is_active(Auth& auth, const ClientToken& token) {
  const store::Key keys[] = {blacklist_key(token.session_id()), client_key(token.client_id()),
                             session_key(token.user_id(), token.session_id())};
  const auto items = auth.table.get(std::span(keys).first(token.refresh_token ? 3 : 2), store::Consistency::strong);
  if (items[0] || !items[1] || to_client(*items[1]).disabled_at) return false;
  return !token.refresh_token || (items[2] && !token.refresh_token->find<std::int64_t>("used_at"));
}

void add_text(json::object& answer, std::string_view name, std::string_view value) {
  if (!value.empty()) answer[name] = value;
}

void add_key(json::object& answer, std::string_view thumbprint) {
  if (!thumbprint.empty()) answer["cnf"] = json::object{{"jkt", thumbprint}};  // RFC 9449 §6.2
}

void tell(json::object& answer, const http::Principal& token) {
  add_text(answer, "scope", token.scope);
  answer["token_type"] = token.dpop_jkt.empty() ? "Bearer" : "DPoP";
  answer["exp"] = to_epoch_s(token.expires_at);
  answer["aud"] = json::array(token.audience.begin(), token.audience.end());
  answer["jti"] = token.jti;
  add_key(answer, token.dpop_jkt);
}

void tell(json::object& answer, const store::Item& refresh_token) {
  add_text(answer, "scope", refresh_token.text("scope"));
  answer["iat"] = to_epoch_s(from_ms(refresh_token.number("created_at")));
  if (refresh_token.expires_at) answer["exp"] = to_epoch_s(*refresh_token.expires_at);
  add_key(answer, refresh_token.text("dpop_jkt"));
}

}  // namespace

OAuthResult<json::object> introspect(Auth& auth, const Client& client, const Form& form, Time now) {
  // RFC 7662 §2.1: not for everybody, who might look for tokens by trying.
  if (client.is_public()) return refuse(error::unauthorized_client, "Only a client with a secret may ask.", 403);
  const auto text = form.find("token");
  if (!text) return refuse(error::invalid_request, "token is missing.");
  const auto token = find_client_token(auth, *text, now);
  // RFC 7662 §2.2: nothing more is said of a token that is not active, or not for the caller.
  if (!token || !may_look(client, *token) || !is_active(auth, *token)) return json::object{{"active", false}};
  json::object answer{{"active", true},
                      {"iss", auth.access_tokens.issuer()},
                      {"client_id", token->client_id()},
                      {"sub", token->user_id()},
                      {"sid", token->session_id()}};
  if (token->access_token) tell(answer, *token->access_token);
  if (token->refresh_token) tell(answer, *token->refresh_token);
  return answer;
}

}  // namespace voyages::auth::oauth
