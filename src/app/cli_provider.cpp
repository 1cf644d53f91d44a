#include "app/cli_provider.h"

#include <unistd.h>

#include "app/cli_parsable.h"
#include "app/password_input.h"
#include "base/failure.h"

namespace voyages::app {

namespace {

using Name = http::Text<1, 60>;
using ClientId = http::Text<1, 500>;

template <class T>
std::optional<T> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(T::parse(text).value());
}

}  // namespace

void ProviderCommands::add_to(CLI::App& app, const AddCommand& command) {
  auto& provider = *app.add_subcommand("provider", "Let people in with Google, GitHub or any OpenID provider.");
  provider.require_subcommand(1);
  const auto add_id = [this](CLI::App& to) {
    to.add_option("ID", id_, "What the provider is called here: google, github, or a name of your own.")
        ->required()
        ->check(parsable<auth::federation::ProviderId>())
        ->type_name("");
  };
  auto& add = *command(provider, "add", "Add a provider; its client secret is the first line of standard input.",
                       [this](const LoadedConfig& loaded) { return provider_add(loaded.config, new_provider()); });
  add_id(add);
  add.add_option("--client-id", client_id_, "The client id that the provider gave you.")
      ->required()
      ->check(parsable<ClientId>())
      ->type_name("ID");
  // There is no other way yet: an argument would show in the list of processes.
  add.add_flag("--client-secret-stdin", secret_stdin_, "Read the client secret from standard input.")->required();
  add.add_option("--issuer", issuer_, "The provider's address; google and github have theirs.")
      ->check(parsable<auth::federation::Issuer>())
      ->type_name("URL");
  add.add_option("--kind", kind_, "openid (the default), or github for a GitHub server of your own.")
      ->check(parsable<auth::federation::KindName>())
      ->type_name("KIND");
  add.add_option("--name", name_, "What the button says.")->check(parsable<Name>())->type_name("NAME");

  command(provider, "list", "List all providers.",
          [](const LoadedConfig& loaded) { return provider_list(loaded.config); });
  add_id(*command(provider, "delete", "Let nobody in with a provider any more; accounts stay.",
                  [this](const LoadedConfig& loaded) { return provider_delete(loaded.config, id_); }));
}

ProviderAdd ProviderCommands::new_provider() const {
  if (isatty(STDIN_FILENO) == 1) {
    throw Failure("A client secret is not typed at a terminal.",
                  "Give it as the first line of standard input: … --client-secret-stdin < secret.txt");
  }
  return {.id = auth::federation::ProviderId::parse(id_).value(),
          .kind = given<auth::federation::KindName>(kind_),
          .name = given<Name>(name_),
          .issuer = given<auth::federation::Issuer>(issuer_),
          .client_id = ClientId::parse(client_id_).value(),
          .client_secret = read_password(STDIN_FILENO, STDERR_FILENO)};
}

}  // namespace voyages::app
