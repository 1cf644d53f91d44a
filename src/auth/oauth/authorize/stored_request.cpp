#include "auth/oauth/authorize/stored_request.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "auth/oauth/scope.h"
#include "auth/table_keys.h"
#include "base/secret.h"

namespace voyages::auth::oauth {

namespace {

// RFC 9126 §2.2 leaves the form to us, and proposes this one.
constexpr std::string_view uri_prefix = "urn:ietf:params:oauth:request_uri:";

// Everything that is read of a request. What else a client sends, such as its secret, is not kept.
constexpr std::string_view kept_parameters[] = {
    "response_type", "response_mode", "redirect_uri",  "scope",  "state",      "nonce",      "code_challenge",
    "resource",      "prompt",        "max_age",       "claims", "login_hint", "ui_locales", "code_challenge_method",
    "dpop_jkt",      "acr_values",    "id_token_hint",
};

std::string to_text(const Form& form) {
  auto pairs = form.pairs();
  std::erase_if(pairs, [](const auto& pair) {
    return std::ranges::find(kept_parameters, pair.first) == std::end(kept_parameters);
  });
  return form_encode(pairs);
}

}  // namespace

NewStoredRequest new_stored_request(std::string_view client_id, const Form& form, std::string_view scope,
                                    std::optional<Time> asked_at, Time now) {
  const auto token = crypto::new_token(now);
  store::Item item{stored_request_key(token.id),
                   {{"secret_hash", store::Bytes{token.secret_hash}},
                    {"client_id", std::string(client_id)},
                    {"parameters", to_text(form)},
                    {"scope", std::string(scope)}},
                   std::nullopt,
                   now + (asked_at ? std::chrono::seconds(asked_ttl) : pushed_ttl)};
  if (asked_at) item.attributes["asked_at"] = to_ms(*asked_at);
  return {std::string(uri_prefix).append(token.text.expose()), store::Put{std::move(item)}};
}

bool is_pushed_request_uri(std::string_view request_uri) { return request_uri.starts_with(uri_prefix); }

std::optional<crypto::PresentedToken> read_request_uri(std::string_view request_uri) {
  if (!is_pushed_request_uri(request_uri)) return std::nullopt;
  return crypto::read_token(request_uri.substr(uri_prefix.size()));
}

store::Key stored_request_key(std::string_view id) {
  return {store::key_part(table_keys::token, id), std::string(table_keys::authorization)};
}

std::optional<StoredRequest> to_stored_request(const crypto::PresentedToken& token,
                                               const std::optional<store::Item>& item, std::string_view client_id) {
  if (!item || item->text("client_id") != client_id) return std::nullopt;
  const auto* expected = item->find<store::Bytes>("secret_hash");
  if (!expected || !equal_in_constant_time(expected->value, token.secret_hash)) return std::nullopt;
  auto form = Form::parse(item->text("parameters"));
  if (!form) return std::nullopt;
  StoredRequest request{.id = token.id,
                        .client_id = std::string(client_id),
                        .form = std::move(*form),
                        .scope = std::string(item->text("scope"))};
  if (const auto* asked_at = item->find<std::int64_t>("asked_at")) request.asked_at = from_ms(*asked_at);
  if (const auto* allowed = item->find<bool>("allowed")) request.allowed = *allowed;
  request.decided_in = item->text("decided_in");
  return request;
}

OAuthResult<AuthorizationRequest> read_stored_request(const Auth& auth, const Client& client,
                                                      const StoredRequest& stored, Time now) {
  auto request = read_authorization_request(auth, client, stored.form, now);
  if (request && request->scope != stored.scope) {
    return refuse(error::invalid_scope, "What the client may ask for has changed meanwhile. Begin anew.");
  }
  return request;
}

bool wants_proof(store::Table& table, std::string_view path) {
  constexpr std::string_view endpoint = "/oauth/authorize?";
  if (!path.starts_with(endpoint)) return false;
  const auto query = Form::parse(path.substr(endpoint.size()));
  const auto token = query ? read_request_uri(query->get("request_uri")) : std::nullopt;
  if (!token) return false;
  const auto stored = to_stored_request(*token, get(table, stored_request_key(token->id)), query->get("client_id"));
  return stored && (stored->form.find("max_age") || has_scope(stored->form.get("prompt"), "login"));
}

store::Update mark_asked(std::string_view id, Time now) {
  return {.key = stored_request_key(id),
          .set = {{"asked_at", to_ms(now)}},
          .expires_at = now + asked_ttl,
          .conditions = {store::item_exists()}};
}

store::Update mark_decided(std::string_view id, bool allowed, std::string_view session_id) {
  return {.key = stored_request_key(id),
          .set = {{"allowed", allowed}, {"decided_in", std::string(session_id)}},
          .conditions = {store::item_exists()}};
}

std::string request_query(std::string_view client_id, std::string_view request_uri) {
  return form_encode({{"client_id", std::string(client_id)}, {"request_uri", std::string(request_uri)}});
}

}  // namespace voyages::auth::oauth
