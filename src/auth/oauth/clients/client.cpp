#include "auth/oauth/clients/client.h"

#include <algorithm>

#include "base/uuid.h"

namespace voyages::auth::oauth {

namespace {

std::string bytes(const store::Item& item, std::string_view name) {
  const auto* value = item.find<store::Bytes>(name);
  return value ? value->value : std::string();
}

std::string text(const store::Item& item, std::string_view name) { return std::string(item.text(name)); }

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

}  // namespace

bool Client::may_use(std::string_view grant_type) const { return contains(grant_types, grant_type); }
bool Client::may_ask_for(std::string_view scope) const { return contains(scopes, scope); }
bool Client::may_call(std::string_view resource) const { return resources.empty() || contains(resources, resource); }

store::Key client_key(std::string_view client_id) { return {"CLIENT#" + std::string(client_id), "CLIENT"}; }

store::Item to_item(const Client& client) {
  store::Attributes attributes{{"client_name", client.client_name},
                               {"client_uri", client.client_uri},
                               {"logo_uri", client.logo_uri},
                               {"token_endpoint_auth_method", client.token_endpoint_auth_method},
                               {"secret_hash", store::Bytes{client.secret_hash}},
                               {"redirect_uris", client.redirect_uris},
                               {"post_logout_redirect_uris", client.post_logout_redirect_uris},
                               {"backchannel_logout_uri", client.backchannel_logout_uri},
                               {"grant_types", client.grant_types},
                               {"scopes", client.scopes},
                               {"resources", client.resources},
                               {"id_token_signed_response_alg", client.id_token_signed_response_alg},
                               {"first_party", client.first_party},
                               {"require_pushed_authorization_requests", client.require_pushed_authorization_requests},
                               {"dpop_bound_access_tokens", client.dpop_bound_access_tokens},
                               {"registered_by_itself", client.registered_by_itself},
                               {"created_at", to_ms(client.created_at)},
                               {"updated_at", to_ms(client.updated_at)}};
  if (!client.registration_token_hash.empty()) {
    attributes["registration_token_hash"] = store::Bytes{client.registration_token_hash};
  }
  if (client.disabled_at) attributes["disabled_at"] = to_ms(*client.disabled_at);
  return {client_key(client.client_id), std::move(attributes),
          store::IndexKey{std::string(client_index), client.client_id}, client.expires_at};
}

Client to_client(const store::Item& item) {
  const auto* disabled_at = item.find<std::int64_t>("disabled_at");
  return {.client_id = item.key.pk.substr(std::string_view("CLIENT#").size()),
          .client_name = text(item, "client_name"),
          .client_uri = text(item, "client_uri"),
          .logo_uri = text(item, "logo_uri"),
          .token_endpoint_auth_method = text(item, "token_endpoint_auth_method"),
          .secret_hash = bytes(item, "secret_hash"),
          .redirect_uris = item.list("redirect_uris"),
          .post_logout_redirect_uris = item.list("post_logout_redirect_uris"),
          .backchannel_logout_uri = text(item, "backchannel_logout_uri"),
          .grant_types = item.list("grant_types"),
          .scopes = item.list("scopes"),
          .resources = item.list("resources"),
          .id_token_signed_response_alg = text(item, "id_token_signed_response_alg"),
          .first_party = item.flag("first_party"),
          .require_pushed_authorization_requests = item.flag("require_pushed_authorization_requests"),
          .dpop_bound_access_tokens = item.flag("dpop_bound_access_tokens"),
          .registered_by_itself = item.flag("registered_by_itself"),
          .registration_token_hash = bytes(item, "registration_token_hash"),
          .expires_at = item.expires_at,
          .disabled_at = disabled_at ? std::optional(from_ms(*disabled_at)) : std::nullopt,
          .created_at = from_ms(item.number("created_at")),
          .updated_at = from_ms(item.number("updated_at"))};
}

std::optional<Client> find_client(store::Table& table, std::string_view client_id, store::Consistency consistency) {
  if (!is_client_id(client_id)) return std::nullopt;
  const auto item = get(table, client_key(client_id), consistency);
  if (!item) return std::nullopt;
  return to_client(*item);
}

bool client_may_ask(store::Table& table, std::string_view client_id, std::string_view scope) {
  const auto client = find_client(table, client_id);
  return client && !client->disabled_at && client->may_ask_for(scope);
}

bool is_client_id(std::string_view text) { return is_uuid7(text); }

}  // namespace voyages::auth::oauth
