#include <fmt/format.h>

#include "app/commands.h"
#include "app/contract.h"
#include "base/failure.h"
#include "store/sqlite/database.h"

namespace voyages::app {

int print_openapi(const Config&) {
  fmt::print("{}", contract());
  return 0;
}

int backup(const Config& config, const std::filesystem::path& file) {
  if (config.table == TableEngine::dynamodb) {
    throw Failure("The table is in DynamoDB, which this command does not copy.",
                  "Use point-in-time recovery or a backup of the table: docs/deploy.md says how.");
  }
  store::sqlite::Database database(config.data, store::sqlite::Access::shared);
  database.backup(file);
  fmt::print(
      "The data is in {}. Keep the master key ({}) with it, in another place: without it the signing keys do not "
      "open.\n",
      file.string(), config.master_key.empty() ? (config.data / "master.key").string() : "VOYAGES_MASTER_KEY");
  return 0;
}

int restore(const Config& config, const std::filesystem::path& file) {
  store::sqlite::restore(file, config.data);
  fmt::print("{} is restored into {}.\n", file.string(), config.data.string());
  return 0;
}

}  // namespace voyages::app
