#include "auth/oauth/clients/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "auth/oauth/clients/manage_clients.h"
#include "base/failure.h"
#include "base/terminal.h"

namespace voyages::auth::oauth {

namespace {

[[noreturn]] void throw_failure(const Error& error) {
  if (error.code == client_not_found.code) {
    throw Failure("There is no client with this id.", "See which there are: voyages client list");
  }
  throw Failure(error.message, "See what it is: voyages client show ID");
}

// Lines for programs alone on standard output, so that `eval` and `grep` can take them.
void print_credentials(const NewClient& made) {
  write_out("client_id={}\n", made.client.client_id);
  if (made.secret.empty()) return;
  write_out("client_secret={}\n", made.secret.expose());
  write_err("Keep this secret: it is shown only now.\n");
}

void print_all(std::string_view name, const std::vector<std::string>& values) {
  for (const auto& value : values) write_out("{}={}\n", name, value);
}

std::string state_of(const Client& client) {
  if (client.disabled_at) return "disabled " + to_rfc3339(*client.disabled_at);
  if (client.expires_at) return "until " + to_rfc3339(*client.expires_at) + " unless used";
  return "enabled";
}

int set_disabled(part::Shell& shell, const std::string& id, bool disabled) {
  const auto& house = shell.house();
  const auto changed = change_client(house.table, id, {}, disabled, house.clock.now());
  if (!changed) throw_failure(changed.error());
  write_out("{} is {}.\n", id, disabled ? "disabled; it gets nothing any more" : "enabled");
  return 0;
}

template <class T>
std::optional<T> optional_of(const T& value) {
  return value.empty() ? std::nullopt : std::optional(value);
}

ClientMetadata metadata_of(const part::Arguments& typed) {
  ClientMetadata metadata{.client_name = typed.value("NAME"),
                          .redirect_uris = typed.list("--redirect-uri"),
                          .post_logout_redirect_uris = typed.list("--post-logout-redirect-uri"),
                          .backchannel_logout_uri = typed.value("--backchannel-logout-uri"),
                          .grant_types = optional_of(typed.list("--grant-type")),
                          .resources = typed.list("--resource"),
                          .id_token_signed_response_alg = optional_of(typed.value("--id-token-alg")),
                          .id_token_claims = optional_of(typed.value("--id-token-claims")),
                          .first_party = typed.has("--first-party"),
                          .require_pkce = typed.has("--require-pkce")};
  if (typed.has("--public")) metadata.token_endpoint_auth_method = auth_method::none;
  if (const auto& scopes = typed.list("--scope"); !scopes.empty()) {
    metadata.scope = fmt::format("{}", fmt::join(scopes, " "));
  }
  return metadata;
}

// What one option may be depends on others.
std::string metadata_fault(const part::Arguments& typed) {
  const auto made = new_client(metadata_of(typed), {});
  std::string faults;
  if (made) return faults;
  for (const auto& fault : made.error().fields) {
    faults += fmt::format("{}{}: {}", faults.empty() ? "" : "\n", fault.field, fault.message);
  }
  return faults;
}

int add(const part::Arguments& typed, part::Shell& shell) {
  const auto& house = shell.house();
  print_credentials(add_client(house.table, metadata_of(typed), house.clock.now()).value());  // checked when parsed
  write_err("The client finds everything else at {}/.well-known/openid-configuration\n", house.public_url);
  return 0;
}

int list(const part::Arguments&, part::Shell& shell) {
  for (const auto& client : list_all_clients(shell.house().table)) {
    write_out("{}  {:<24}  {:<19}  made {}  {}\n", client.client_id, client.client_name,
              client.is_public() ? "public" : client.token_endpoint_auth_method, to_rfc3339(client.created_at),
              state_of(client));
  }
  return 0;
}

int show(part::Shell& shell, const std::string& id) {
  const auto client = find_client(shell.house().table, id);
  if (!client) throw_failure(client_not_found);
  write_out("client_id={}\nclient_name={}\nstate={}\n", client->client_id, client->client_name, state_of(*client));
  write_out("token_endpoint_auth_method={}\n", client->token_endpoint_auth_method);
  print_all("redirect_uri", client->redirect_uris);
  print_all("post_logout_redirect_uri", client->post_logout_redirect_uris);
  if (!client->backchannel_logout_uri.empty()) {
    write_out("backchannel_logout_uri={}\n", client->backchannel_logout_uri);
  }
  print_all("grant_type", client->grant_types);
  print_all("scope", client->scopes);
  print_all("resource", client->resources);
  write_out("id_token_signed_response_alg={}\n", client->id_token_signed_response_alg);
  write_out("id_token_claims={}\n", client->id_token_claims);
  write_out("first_party={}\nrequire_pkce={}\nregistered_by_itself={}\n", client->first_party, client->needs_pkce(),
            client->registered_by_itself);
  write_out("created_at={}\nupdated_at={}\n", to_rfc3339(client->created_at), to_rfc3339(client->updated_at));
  return 0;
}

int rotate_secret(part::Shell& shell, const std::string& id) {
  const auto renewed = renew_secret(shell.house().table, id, shell.house().clock.now());
  if (!renewed) throw_failure(renewed.error());
  print_credentials(*renewed);
  return 0;
}

int disable(part::Shell& shell, const std::string& id) { return set_disabled(shell, id, true); }
int enable(part::Shell& shell, const std::string& id) { return set_disabled(shell, id, false); }

int remove(part::Shell& shell, const std::string& id) {
  if (!remove_client(shell.house().table, id)) throw_failure(client_not_found);
  write_out("{} is deleted.\n", id);
  return 0;
}

part::Argument repeated(const std::string& name, const std::string& type, const std::string& description) {
  return {
      .name = name, .description = description + " May be repeated.", .kind = part::Argument::Kind::list, .type = type};
}

part::Argument flag(const std::string& name, const std::string& description) {
  return {.name = name, .description = description, .kind = part::Argument::Kind::flag};
}

part::Command add_command() {
  return {
      .path = "client add",
      .description = "Make a client, and print its secret this once.",
      .arguments = {{.name = "NAME", .description = "What people who are asked for consent see.", .required = true},
                    repeated("--redirect-uri", "URI", "Where answers are sent; compared exactly."),
                    flag("--public", "It can keep no secret: an app, or a page that runs in the browser alone."),
                    flag("--first-party",
                         "It is your own: nobody is asked for consent, but by apps that cannot prove themselves."),
                    flag("--require-pkce", "It must send a PKCE challenge, as every client without a secret must."),
                    repeated("--post-logout-redirect-uri", "URI", "Where browsers may be sent after a logout."),
                    {.name = "--backchannel-logout-uri", .description = "Is told when a session ends.", .type = "URI"},
                    repeated("--grant-type", "TYPE",
                             "What it may trade for tokens (default: authorization_code and refresh_token)."),
                    repeated("--scope", "SCOPE",
                             "What it may ask for (default: openid, profile, email and offline_access)."),
                    repeated("--resource", "URI", "A server that it may ask tokens for (default: any)."),
                    {.name = "--id-token-alg",
                     .description = "What signs its ID tokens: RS256 (the default), ES256 or EdDSA.",
                     .type = "ALG"},
                    {.name = "--id-token-claims",
                     .description = "When ID tokens tell name, e-mail and groups, where its scopes open them: sign_in "
                                    "(the default), always (after a refresh, too) or none.",
                     .type = "WHEN"}},
      .fault = metadata_fault,
      .run = add};
}

part::Command for_id(const std::string& path, const std::string& description,
                     int (*act)(part::Shell&, const std::string&)) {
  return {.path = path,
          .description = description,
          .arguments = {{.name = "ID",
                         .description = "The client_id.",
                         .required = true,
                         .fault =
                             [](const std::string& text) {
                               return is_client_id(text) ? std::string()
                                                         : "This is not the id of a client; `voyages client list` "
                                                           "shows the ids.";
                             }}},
          .run = [act](const part::Arguments& typed, part::Shell& shell) { return act(shell, typed.value("ID")); }};
}

}  // namespace

std::vector<part::Command> commands() {
  return {
      {.path = "client", .description = "Let sites and programs sign their users in here: OAuth clients."},
      add_command(),
      {.path = "client list", .description = "List all clients.", .run = list},
      for_id("client show", "Show a client, without its secret.", show),
      for_id("client rotate-secret", "Give a client a new secret; the old one stops at once.", rotate_secret),
      for_id("client disable", "Give a client nothing any more, until it is enabled.", disable),
      for_id("client enable", "Let a disabled client work again.", enable),
      for_id("client delete", "Remove a client. There is no way back.", remove),
  };
}

}  // namespace voyages::auth::oauth
