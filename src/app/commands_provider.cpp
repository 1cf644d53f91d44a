#include <fmt/format.h>

#include "app/commands.h"
#include "app/engine.h"
#include "base/failure.h"

namespace voyages::app {

namespace federation = auth::federation;

int provider_add(const Config& config, const ProviderAdd& input) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  const auto added = federation::add_provider(data.app().get<auth::Auth>(), input, data.clock().now());
  if (!added) {
    const auto& fields = added.error().fields;
    throw Failure(fields.empty() ? added.error().message : fields.front().message,
                  "Run `voyages provider add --help` to see what it needs.");
  }
  fmt::print("{} is added. Register this redirect URI there:\n{}\n", added->name,
             federation::redirect_uri(config.public_url, *added));
  return 0;
}

int provider_list(const Config& config) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  for (const auto& provider : federation::list_providers(data.table())) {
    fmt::print("{:<16}  {:<8}  {:<24}  {}  client {}\n", provider.id, to_string(provider.kind), provider.name,
               provider.issuer, provider.client_id);
  }
  return 0;
}

int provider_delete(const Config& config, const std::string& id) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  if (!federation::delete_provider(data.table(), id)) {
    throw Failure("There is no provider with this id.", "See which there are: voyages provider list");
  }
  fmt::print("{} is deleted; nobody is let in with it any more.\n", id);
  return 0;
}

}  // namespace voyages::app
