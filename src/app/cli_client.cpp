#include "app/cli_client.h"

#include <fmt/format.h>

#include <optional>

namespace voyages::app {

namespace {

CLI::Validator client_id() {
  return {[](std::string& text) {
            return auth::oauth::is_client_id(text)
                       ? ""
                       : "This is not the id of a client; `voyages client list` shows the ids.";
          },
          ""};
}

void add_list(CLI::App& to, const std::string& option, std::vector<std::string>& values, const std::string& type,
              const std::string& description) {
  to.add_option(option, values, description + " May be repeated.")->allow_extra_args(false)->type_name(type);
}

template <class T>
std::optional<T> unless_empty(const T& value) {
  return value.empty() ? std::nullopt : std::optional(value);
}

}  // namespace

void ClientCommands::add_to(CLI::App& app, const AddCommand& command) {
  auto& client = *app.add_subcommand("client", "Let sites and programs sign their users in here: OAuth clients.");
  client.require_subcommand(1);
  add_add(client, command);
  command(client, "list", "List all clients.", [](const LoadedConfig& loaded) { return client_list(loaded.config); });
  const auto add_for_id = [&](const std::string& name, const std::string& description,
                              int (*act)(const Config&, const std::string&)) {
    command(client, name, description, [this, act](const LoadedConfig& loaded) { return act(loaded.config, id_); })
        ->add_option("ID", id_, "The client_id.")
        ->required()
        ->check(client_id())
        ->type_name("");
  };
  add_for_id("show", "Show a client, without its secret.", client_show);
  add_for_id("rotate-secret", "Give a client a new secret; the old one stops at once.", client_rotate_secret);
  add_for_id("disable", "Give a client nothing any more, until it is enabled.", client_disable);
  add_for_id("enable", "Let a disabled client work again.", client_enable);
  add_for_id("delete", "Remove a client. There is no way back.", client_delete);
}

void ClientCommands::add_add(CLI::App& client, const AddCommand& command) {
  auto& add = *command(client, "add", "Make a client, and print its secret this once.",
                       [this](const LoadedConfig& loaded) { return client_add(loaded.config, new_client()); });
  // Here, since what one option may be depends on others.
  add.parse_complete_callback([this] {
    const auto made = auth::oauth::new_client(new_client(), {});
    if (made) return;
    std::string faults;
    for (const auto& fault : made.error().fields) {
      faults += fmt::format("{}{}: {}", faults.empty() ? "" : "\n", fault.field, fault.message);
    }
    throw CLI::ValidationError(faults);
  });
  add.add_option("NAME", name_, "What people who are asked for consent see.")->required()->type_name("");
  add_list(add, "--redirect-uri", redirect_uris_, "URI", "Where answers are sent; compared exactly.");
  add.add_flag("--public", public_, "It can keep no secret: an app, or a page that runs in the browser alone.");
  add.add_flag("--first-party", first_party_,
               "It is your own: nobody is asked for consent, but by apps that cannot prove themselves.");
  add_list(add, "--post-logout-redirect-uri", post_logout_redirect_uris_, "URI",
           "Where browsers may be sent after a logout.");
  add.add_option("--backchannel-logout-uri", backchannel_logout_uri_, "Is told when a session ends.")->type_name("URI");
  add_list(add, "--grant-type", grant_types_, "TYPE",
           "What it may trade for tokens (default: authorization_code and refresh_token).");
  add_list(add, "--scope", scopes_, "SCOPE",
           "What it may ask for (default: openid, profile, email and offline_access).");
  add_list(add, "--resource", resources_, "URI", "A server that it may ask tokens for (default: any).");
  add.add_option("--id-token-alg", algorithm_, "What signs its ID tokens: RS256 (the default), ES256 or EdDSA.")
      ->type_name("ALG");
}

auth::oauth::ClientMetadata ClientCommands::new_client() const {
  auth::oauth::ClientMetadata metadata{.client_name = name_,
                                       .redirect_uris = redirect_uris_,
                                       .post_logout_redirect_uris = post_logout_redirect_uris_,
                                       .backchannel_logout_uri = backchannel_logout_uri_,
                                       .grant_types = unless_empty(grant_types_),
                                       .resources = resources_,
                                       .id_token_signed_response_alg = unless_empty(algorithm_),
                                       .first_party = first_party_};
  if (public_) metadata.token_endpoint_auth_method = auth::oauth::auth_method::none;
  if (!scopes_.empty()) metadata.scope = fmt::format("{}", fmt::join(scopes_, " "));
  return metadata;
}

}  // namespace voyages::app
