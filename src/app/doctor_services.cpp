#include "app/doctor_services.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "app/amazon.h"
#include "app/engine.h"
#include "app/engine_shell.h"
#include "aws/dynamodb/schema.h"

namespace voyages::app {

namespace {

bool has_data(const Config& config) { return std::filesystem::exists(config.data / "voyages.db"); }

std::vector<Finding> check_store(const Config& config) {
  store::sqlite::Database database(config.data, store::sqlite::Access::shared);
  const auto faults = database.check();
  if (faults.empty()) return {{Finding::ok, "store", "the database is sound"}};
  return {{Finding::failure, "store", fmt::format("the database is damaged: {}", faults.front()),
           "Stop the server, and `voyages restore` the newest backup."}};
}

// Its name, key schema, index and expiry. Looking changes nothing, and finds what is wrong with region and credentials.
std::vector<Finding> look_at_table(const Config& config) {
  const SystemClock clock;
  Logger log(LogLevel::off, STDERR_FILENO);
  Metrics metrics;
  Amazon amazon(clock, log, metrics);
  const auto place = fmt::format("{} in {}", config.dynamodb_table, amazon.client().region());
  const auto faults = aws::dynamodb::check_shape(amazon.client(), config.dynamodb_table);
  if (!faults.empty()) {
    return {
        {Finding::failure, "table", fmt::format("{}: {}", place, fmt::join(faults, "; ")),
         "The template makes a table, and so does `voyages table create`; beside one of another shape choose another "
         "name: --dynamodb-table."}};
  }
  return {{Finding::ok, "table", place}};
}

std::vector<Finding> check_table(const Config& config) {
  try {
    return look_at_table(config);
  } catch (const std::exception& error) {
    return {{Finding::failure, "table", error.what(),
             "Set region and credentials as for AWS's own tools, and see whether this machine reaches the service."}};
  }
}

std::vector<Finding> check_queue(const Config& config) {
  const SystemClock clock;
  store::sqlite::Database database(config.data, store::sqlite::Access::shared);
  const auto depth = store::sqlite::SqliteQueue(database, clock).depth();
  return {{Finding::ok, "queue", fmt::format("{} due, {} waiting", depth.ready, depth.waiting)}};
}

std::vector<Finding> check_dead_letters(const Config& config) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::off);
  constexpr std::size_t enough = 100;
  const auto page = data.app().get<store::DeadLetters>().list(enough);
  if (page.items.empty()) return {{Finding::ok, "dead letters", "no work failed for good"}};
  return {
      {Finding::warning, "dead letters",
       fmt::format("{}{} messages failed for good", page.next_cursor.empty() ? "" : "more than ", page.items.size()),
       "`voyages dead-letters list` says why; `retry` and `discard` clear them."}};
}

}  // namespace

std::vector<DoctorCheck> service_checks(const Config& config, std::span<const part::Part> parts) {
  const bool on_dynamodb = config.table == TableEngine::dynamodb;
  if (!on_dynamodb && !has_data(config)) return {};
  std::vector<DoctorCheck> checks;
  if (on_dynamodb) {
    checks.push_back({"table", [&config] { return check_table(config); }});
  } else {
    checks.push_back({"store", [&config] { return check_store(config); }});
  }
  const auto shell = std::make_shared<EngineShell>(config, parts, LogLevel::off);
  for (const auto& part : parts) {
    for (const auto& check : part.checks) {
      checks.push_back({check.name, [shell, run = check.run] { return run(*shell); }});
    }
  }
  if (config.sqs_queue_url.empty() && has_data(config)) {
    checks.push_back({"queue", [&config] { return check_queue(config); }});
  }
  checks.push_back({"dead letters", [&config] { return check_dead_letters(config); }});
  return checks;
}

}  // namespace voyages::app
