#include "auth/oauth/clients/client.h"

#include <algorithm>
#include <array>
#include <boost/describe.hpp>

#include "auth/table_keys.h"
#include "base/uuid.h"
#include "store/record.h"

namespace voyages::store {

template <>
inline constexpr auto stored<auth::oauth::Client> =
    std::to_array<Stored>({{.member = "secret_hash", .as_bytes = true},
                           {.member = "registration_token_hash", .as_bytes = true, .unless_empty = true}});

}  // namespace voyages::store

namespace voyages::auth::oauth {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

}  // namespace

bool Client::may_use(std::string_view grant_type) const { return contains(grant_types, grant_type); }
bool Client::may_ask_for(std::string_view scope) const { return contains(scopes, scope); }
bool Client::may_call(std::string_view resource) const { return resources.empty() || contains(resources, resource); }

store::Key client_key(std::string_view client_id) { return {store::key_part(table_keys::client, client_id), "CLIENT"}; }

BOOST_DESCRIBE_STRUCT(Client, (),
                      (client_name, client_uri, logo_uri, token_endpoint_auth_method, secret_hash, redirect_uris,
                       post_logout_redirect_uris, backchannel_logout_uri, grant_types, scopes, resources,
                       id_token_signed_response_alg, id_token_claims, first_party,
                       require_pushed_authorization_requests, dpop_bound_access_tokens, require_pkce,
                       registered_by_itself, registration_token_hash, disabled_at, created_at, updated_at))

store::Item to_item(const Client& client) {
  return {client_key(client.client_id), store::to_attributes(client),
          store::IndexKey{std::string(client_index), client.client_id}, client.expires_at};
}

Client to_client(const store::Item& item) {
  auto client = store::from_item<Client>(item);
  client.client_id = item.key.pk.substr(table_keys::client.size());
  client.expires_at = item.expires_at;
  if (client.id_token_claims.empty()) client.id_token_claims = when_told::sign_in;  // of a version without the setting
  return client;
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
