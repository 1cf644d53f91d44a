#include "auth/oauth/authorize/connected_sites.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <span>

#include "auth/oauth/authorize/consent.h"
#include "auth/oauth/scope.h"
#include "auth/session.h"
#include "auth/session_end.h"
#include "auth/table_keys.h"

namespace voyages::auth::oauth {

namespace {

constexpr std::size_t max_keys = 100;  // of one read

// What a client's sessions hold of the user.
struct Held {
  std::vector<std::string> scopes{};
  Time since{};
  Time last_used_at{};
};

// All that is known of the user and one client, of which there is at least one.
struct Connection {
  std::optional<Consent> consent;
  std::optional<Held> held;
};
using Connections = std::map<std::string, Connection, std::less<>>;

void add_session(Connection& connection, const store::Item& session) {
  // The oldest comes first.
  if (!connection.held) connection.held = Held{.since = from_ms(session.number("created_at"))};
  auto& held = *connection.held;
  held.last_used_at = std::max(held.last_used_at, from_ms(session.number("last_seen_at")));
  for (auto& name : parse_scope(session.text("scope")).value_or(std::vector<std::string>())) {
    if (std::ranges::find(held.scopes, name) == held.scopes.end()) held.scopes.push_back(std::move(name));
  }
}

Connections read_connections(Auth& auth, std::string_view user_id) {
  Connections connections;
  for (const auto& item : query_all(auth.table, store::key_part(table_keys::user, user_id), consent_prefix)) {
    auto consent = to_consent(item);
    connections[consent.client_id].consent = std::move(consent);
  }
  for (const auto& session : list_session_items(auth.table, user_id)) {
    const auto client_id = session.text("client_id");
    if (!client_id.empty()) add_session(connections[std::string(client_id)], session);
  }
  return connections;
}

// The clients' items, in this order; nullopt for a client that was deleted.
std::vector<std::optional<store::Item>> read_clients(store::Table& table, const Connections& connections) {
  std::vector<store::Key> keys;
  for (const auto& [client_id, connection] : connections) keys.push_back(client_key(client_id));
  std::vector<std::optional<store::Item>> items;
  for (std::size_t begin = 0; begin < keys.size(); begin += max_keys) {
    const auto some = std::span(keys).subspan(begin, std::min(max_keys, keys.size() - begin));
    std::ranges::move(table.get(some, store::Consistency::strong), std::back_inserter(items));
  }
  return items;
}

// The operator's own ask for no consent, and yet they hold something.
ConnectedSite to_site(const Client& client, const Connection& connection) {
  const auto& [consent, held] = connection;
  const auto& uri = consent ? consent->client_uri : client.client_uri;
  return {client.client_id,
          consent ? consent->client_name : client.client_name,
          uri.empty() ? std::nullopt : std::optional(uri),
          consent ? parse_scope(consent->scope).value_or(std::vector<std::string>()) : held->scopes,
          consent ? consent->granted_at : held->since,
          held ? std::optional(held->last_used_at) : std::nullopt};
}

void forget(Auth& auth, std::string_view user_id, std::string_view client_id, Time now) {
  const store::Write writes[] = {store::Delete{consent_key(user_id, client_id)}, take_back(user_id, client_id, now)};
  // They have no conditions, so they cannot be refused.
  (void)end_sessions(auth, user_id, held_by(client_id), EndReason::revoked, writes, now);
}

}  // namespace

Result<ConnectedSites> list_consents(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto& user_id = context.caller->user_id;
  const auto connections = read_connections(auth, user_id);
  const auto clients = read_clients(auth.table, connections);
  ConnectedSites sites;
  auto client = clients.begin();
  for (const auto& [client_id, connection] : connections) {
    if (*client) {
      sites.items.push_back(to_site(to_client(**client), connection));
    } else {
      forget(auth, user_id, client_id, context.now);  // a client is deleted without its users being known
    }
    ++client;
  }
  return sites;
}

Result<void> revoke_consent(Auth& auth, const ConnectedSiteInput& input, http::Context& context) {
  forget(auth, context.caller->user_id, input.client_id.text(), context.now);
  return {};
}

}  // namespace voyages::auth::oauth
