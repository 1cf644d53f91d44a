#include "app/amazon.h"
#include "app/commands.h"
#include "aws/dynamodb/schema.h"
#include "base/failure.h"
#include "base/terminal.h"

namespace voyages::app {

int table_create(const Config& config) {
  if (config.table != TableEngine::dynamodb) {
    throw Failure("The configuration keeps its table in SQLite, which needs no making.",
                  "Run: voyages table create --table dynamodb --dynamodb-table NAME");
  }
  const SystemClock clock;
  Logger log(LogLevel::warn, STDERR_FILENO);
  Metrics metrics;
  Amazon amazon(clock, log, metrics);
  aws::dynamodb::make_table(amazon.client(), config.dynamodb_table);
  write_out("The table {} is made, in {}.\n", config.dynamodb_table, amazon.client().region());
  return 0;
}

}  // namespace voyages::app
