#include "auth/oauth/clients/manage_clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "auth/errors.h"
#include "crypto/token.h"
#include "store/list.h"

namespace voyages::auth::oauth {

namespace {

store::Query all_clients() { return {.source = store::Query::Source::index, .pk = std::string(client_index)}; }

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<Secret> unless_empty(Secret secret) {
  return secret.empty() ? std::nullopt : std::optional(std::move(secret));
}

}  // namespace

ClientView view(const Client& client) {
  return {.client_id = client.client_id,
          .client_name = client.client_name,
          .client_uri = unless_empty(client.client_uri),
          .logo_uri = unless_empty(client.logo_uri),
          .token_endpoint_auth_method = client.token_endpoint_auth_method,
          .redirect_uris = client.redirect_uris,
          .post_logout_redirect_uris = client.post_logout_redirect_uris,
          .backchannel_logout_uri = unless_empty(client.backchannel_logout_uri),
          .grant_types = client.grant_types,
          .scope = fmt::format("{}", fmt::join(client.scopes, " ")),
          .resources = client.resources,
          .id_token_signed_response_alg = client.id_token_signed_response_alg,
          .id_token_claims = client.id_token_claims,
          .first_party = client.first_party,
          .require_pushed_authorization_requests = client.require_pushed_authorization_requests,
          .dpop_bound_access_tokens = client.dpop_bound_access_tokens,
          .require_pkce = client.require_pkce,
          .registered_by_itself = client.registered_by_itself,
          .disabled_at = client.disabled_at,
          .expires_at = client.expires_at,
          .created_at = client.created_at,
          .updated_at = client.updated_at};
}

Result<http::List<ClientView>> list_clients(Auth& auth, const http::ListInput& input, http::Context&) {
  return store::list<http::List<ClientView>>(auth.table, all_clients(), input,
                                             [](const store::Item& item) { return view(to_client(item)); });
}

Result<ClientResponse> get_client(Auth& auth, const ClientInput& input, http::Context&) {
  const auto client = find_client(auth.table, input.client_id.text());
  if (!client) return fail(client_not_found);
  return ClientResponse{view(*client)};
}

Result<NewClientResponse> create_client(Auth& auth, const ClientMetadata& input, http::Context& context) {
  auto made = add_client(auth.table, input, context.now, auth.options.client_schemes);
  if (!made) return fail(made.error());
  return NewClientResponse{view(made->client), unless_empty(std::move(made->secret))};
}

Result<ClientResponse> update_client(Auth& auth, const UpdateClientRequest& input, http::Context& context) {
  const auto client = change_client(auth.table, input.client_id.text(), input, input.disabled, context.now,
                                    auth.options.client_schemes);
  if (!client) return fail(client.error());
  return ClientResponse{view(*client)};
}

Result<void> delete_client(Auth& auth, const ClientInput& input, http::Context&) {
  if (!remove_client(auth.table, input.client_id.text())) return fail(client_not_found);
  return {};
}

Result<NewClientResponse> rotate_client_secret(Auth& auth, const ClientInput& input, http::Context& context) {
  auto renewed = renew_secret(auth.table, input.client_id.text(), context.now);
  if (!renewed) return fail(renewed.error());
  return NewClientResponse{view(renewed->client), std::move(renewed->secret)};
}

bool replace_client(store::Table& table, Client& client, Time now) {
  const auto as_it_was = to_ms(client.updated_at);
  // Later than before, whatever the clock says: the next change must see that there was this one.
  client.updated_at = std::max(now, client.updated_at + std::chrono::milliseconds(1));
  const store::Write write = store::Put{to_item(client), {store::equals("updated_at", as_it_was)}};
  return table.write({&write, 1}).has_value();
}

Result<Client> change_client(store::Table& table, std::string_view client_id, const ClientMetadata& metadata,
                             std::optional<bool> disabled, Time now, const std::vector<std::string>& schemes) {
  auto client = find_client(table, client_id);
  if (!client) return fail(client_not_found);
  auto changed = with_metadata(std::move(*client), metadata, schemes);
  if (!changed) return changed;
  if (changed->registered_by_itself) {
    // What an administrator has decided, no PUT of the client's own undoes (RFC 7592 §2.2), and no time.
    changed->registration_token_hash.clear();
    changed->expires_at.reset();
  }
  if (disabled && !*disabled) changed->disabled_at.reset();
  if (disabled && *disabled && !changed->disabled_at) changed->disabled_at = now;
  if (!replace_client(table, *changed, now)) return fail(conflict);
  return changed;
}

Result<NewClient> renew_secret(store::Table& table, std::string_view client_id, Time now) {
  auto client = find_client(table, client_id);
  if (!client) return fail(client_not_found);
  if (client->is_public()) return fail(no_client_secret);
  auto secret = new_client_secret();
  client->secret_hash = crypto::sha256(secret.expose());
  if (!replace_client(table, *client, now)) return fail(conflict);
  return NewClient{std::move(*client), std::move(secret)};
}

bool remove_client(store::Table& table, std::string_view client_id) {
  if (!is_client_id(client_id)) return false;
  const store::Write write = store::Delete{client_key(client_id), {store::item_exists()}};
  return table.write({&write, 1}).has_value();
}

std::vector<Client> list_all_clients(store::Table& table) {
  std::vector<Client> clients;
  std::ranges::transform(query_all(table, all_clients()), std::back_inserter(clients), to_client);
  return clients;
}

}  // namespace voyages::auth::oauth
