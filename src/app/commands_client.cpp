#include <fmt/format.h>

#include <cstdio>

#include "app/commands.h"
#include "app/engine.h"
#include "auth/oauth/clients/manage_clients.h"
#include "base/failure.h"

namespace voyages::app {

namespace {

namespace oauth = auth::oauth;

[[noreturn]] void refuse(const Error& error) {
  if (error.code == oauth::client_not_found.code) {
    throw Failure("There is no client with this id.", "See which there are: voyages client list");
  }
  throw Failure(error.message, "See what it is: voyages client show ID");
}

// Lines for programs alone on standard output, so that `eval` and `grep` can take them.
void print_credentials(const oauth::NewClient& made) {
  fmt::print("client_id={}\n", made.client.client_id);
  if (made.secret.empty()) return;
  fmt::print("client_secret={}\n", made.secret.expose());
  fmt::print(stderr, "Keep this secret: it is shown only now.\n");
}

void print_all(std::string_view name, const std::vector<std::string>& values) {
  for (const auto& value : values) fmt::print("{}={}\n", name, value);
}

std::string state_of(const oauth::Client& client) {
  if (client.disabled_at) return "disabled " + to_rfc3339(*client.disabled_at);
  if (client.expires_at) return "until " + to_rfc3339(*client.expires_at) + " unless used";
  return "enabled";
}

int set_disabled(const Config& config, const std::string& id, bool disabled) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  const auto changed = oauth::change_client(data.table(), id, {}, disabled, data.clock().now());
  if (!changed) refuse(changed.error());
  fmt::print("{} is {}.\n", id, disabled ? "disabled; it gets nothing any more" : "enabled");
  return 0;
}

}  // namespace

int client_add(const Config& config, const oauth::ClientMetadata& metadata) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  print_credentials(oauth::add_client(data.table(), metadata, data.clock().now()).value());  // checked when parsed
  fmt::print(stderr, "The client finds everything else at {}/.well-known/openid-configuration\n", config.public_url);
  return 0;
}

int client_list(const Config& config) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  for (const auto& client : oauth::list_all_clients(data.table())) {
    fmt::print("{}  {:<24}  {:<19}  made {}  {}\n", client.client_id, client.client_name,
               client.is_public() ? "public" : client.token_endpoint_auth_method, to_rfc3339(client.created_at),
               state_of(client));
  }
  return 0;
}

int client_show(const Config& config, const std::string& id) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  const auto client = oauth::find_client(data.table(), id);
  if (!client) refuse(oauth::client_not_found);
  fmt::print("client_id={}\nclient_name={}\nstate={}\n", client->client_id, client->client_name, state_of(*client));
  fmt::print("token_endpoint_auth_method={}\n", client->token_endpoint_auth_method);
  print_all("redirect_uri", client->redirect_uris);
  print_all("post_logout_redirect_uri", client->post_logout_redirect_uris);
  if (!client->backchannel_logout_uri.empty()) {
    fmt::print("backchannel_logout_uri={}\n", client->backchannel_logout_uri);
  }
  print_all("grant_type", client->grant_types);
  print_all("scope", client->scopes);
  print_all("resource", client->resources);
  fmt::print("id_token_signed_response_alg={}\n", client->id_token_signed_response_alg);
  fmt::print("first_party={}\nregistered_by_itself={}\n", client->first_party, client->registered_by_itself);
  fmt::print("created_at={}\nupdated_at={}\n", to_rfc3339(client->created_at), to_rfc3339(client->updated_at));
  return 0;
}

int client_rotate_secret(const Config& config, const std::string& id) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  const auto renewed = oauth::renew_secret(data.table(), id, data.clock().now());
  if (!renewed) refuse(renewed.error());
  print_credentials(*renewed);
  return 0;
}

int client_disable(const Config& config, const std::string& id) { return set_disabled(config, id, true); }
int client_enable(const Config& config, const std::string& id) { return set_disabled(config, id, false); }

int client_delete(const Config& config, const std::string& id) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  if (!oauth::remove_client(data.table(), id)) refuse(oauth::client_not_found);
  fmt::print("{} is deleted.\n", id);
  return 0;
}

}  // namespace voyages::app
