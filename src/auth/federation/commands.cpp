#include "auth/federation/commands.h"

#include <unistd.h>

#include "auth/auth.h"
#include "auth/federation/admin_providers.h"
#include "base/failure.h"
#include "base/password_input.h"
#include "base/terminal.h"

namespace voyages::auth::federation {

namespace {

using Name = http::Name<1, 60>;
using ClientId = http::Text<1, 500>;

template <class T>
std::optional<T> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(T::parse(text).value());
}

AddProviderRequest provider_to_add(const part::Arguments& typed) {
  if (isatty(STDIN_FILENO) == 1) {
    throw Failure("A client secret is not typed at a terminal.",
                  "Give it as the first line of standard input: … --client-secret-stdin < secret.txt");
  }
  return {.id = ProviderId::parse(typed.value("ID")).value(),
          .kind = given<KindName>(typed.value("--kind")),
          .name = given<Name>(typed.value("--name")),
          .issuer = given<Issuer>(typed.value("--issuer")),
          .client_id = ClientId::parse(typed.value("--client-id")).value(),
          .client_secret = read_password(STDIN_FILENO, STDERR_FILENO)};
}

int add(const part::Arguments& typed, part::Shell& shell) {
  const auto input = provider_to_add(typed);
  const auto& house = shell.house();
  const auto added = add_provider(house.offers.get<Auth>(), input, house.clock.now());
  if (!added) {
    const auto& fields = added.error().fields;
    throw Failure(fields.empty() ? added.error().message : fields.front().message,
                  "Run `voyages provider add --help` to see what it needs.");
  }
  write_out("{} is added. Register this redirect URI there:\n{}\n", added->name,
            redirect_uri(house.public_url, *added));
  return 0;
}

int list(const part::Arguments&, part::Shell& shell) {
  for (const auto& provider : list_providers(shell.house().table)) {
    write_out("{:<16}  {:<8}  {:<24}  {}  client {}\n", provider.id, to_string(provider.kind), provider.name,
              provider.issuer, provider.client_id);
  }
  return 0;
}

int remove(const part::Arguments& typed, part::Shell& shell) {
  const auto id = typed.value("ID");
  if (!delete_provider(shell.house().table, id)) {
    throw Failure("There is no provider with this id.", "See which there are: voyages provider list");
  }
  write_out("{} is deleted; nobody is let in with it any more.\n", id);
  return 0;
}

}  // namespace

std::vector<part::Command> commands() {
  const part::Argument id{.name = "ID",
                          .description = "What the provider is called here: google, github, or a name of your own.",
                          .required = true,
                          .fault = part::parse_fault<ProviderId>};
  return {
      {.path = "provider", .description = "Let people in with Google, GitHub or any OpenID provider."},
      {.path = "provider add",
       .description = "Add a provider; its client secret is the first line of standard input.",
       .arguments = {id,
                     {.name = "--client-id",
                      .description = "The client id that the provider gave you.",
                      .type = "ID",
                      .required = true,
                      .fault = part::parse_fault<ClientId>},
                     // There is no other way yet: an argument would show in the list of processes.
                     {.name = "--client-secret-stdin",
                      .description = "Read the client secret from standard input.",
                      .kind = part::Argument::Kind::flag,
                      .required = true},
                     {.name = "--issuer",
                      .description = "The provider's address; google and github have theirs.",
                      .type = "URL",
                      .fault = part::parse_fault<Issuer>},
                     {.name = "--kind",
                      .description = "openid (the default), or github for a GitHub server of your own.",
                      .type = "KIND",
                      .fault = part::parse_fault<KindName>},
                     {.name = "--name",
                      .description = "What the button says.",
                      .type = "NAME",
                      .fault = part::parse_fault<Name>}},
       .run = add},
      {.path = "provider list", .description = "List all providers.", .run = list},
      {.path = "provider delete",
       .description = "Let nobody in with a provider any more; accounts stay.",
       .arguments = {id},
       .run = remove},
  };
}

}  // namespace voyages::auth::federation
