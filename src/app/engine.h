#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app/app.h"
#include "app/config.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "crypto/seal.h"
#include "part/dependency.h"
#include "store/blobs.h"
#include "store/queue.h"
#include "store/sqlite/database.h"
#include "store/sqlite/queue.h"
#include "store/sqlite/table.h"
#include "store/table.h"

namespace voyages::app {

class Amazon;

/// What is kept in the data directory's database.
struct LocalStore {
  LocalStore(const Config& config, store::sqlite::Access access, const Clock& clock)
      : database(config.data, access), table(database, clock), queue(database, clock) {}

  store::sqlite::Database database;
  store::sqlite::SqliteTable table;
  store::sqlite::SqliteQueue queue;
};

/// The table alone, beside a server that may be running on it. Makes a data directory, and nothing in a table of AWS.
std::shared_ptr<store::Table> open_table(const Config& config);

/// The app on the engine that its configuration chooses, port by port: SQLite and files in the data directory, or
/// services of AWS.
class Engine {
 public:
  /// Opens the data, making it when there is none. Throws `Failure` or std::runtime_error with a sentence for the
  /// operator.
  Engine(const Config& config, store::sqlite::Access access, std::unique_ptr<Logger> log,
         std::span<const part::Part> parts = app::parts());
  /// With a log on standard error.
  Engine(const Config& config, store::sqlite::Access access, LogLevel log_level,
         std::span<const part::Part> parts = app::parts());
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] App& app() { return *app_; }
  [[nodiscard]] Logger& log() { return *log_; }
  [[nodiscard]] Metrics& metrics() { return metrics_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] store::Table& table() { return *table_; }
  /// The receiving side of the queue.
  [[nodiscard]] store::QueueConsumer& consumer() { return *consumer_; }
  /// Nothing when neither table nor queue is in the data directory.
  [[nodiscard]] LocalStore* local() { return local_.get(); }

 private:
  [[nodiscard]] Ports ports(const Config& config, store::sqlite::Access access);

  SystemClock clock_;
  std::unique_ptr<Logger> log_;
  Metrics metrics_;
  std::unique_ptr<LocalStore> local_;  // nothing when no port needs it
  crypto::MasterKey master_key_;
  std::unique_ptr<Amazon> amazon_;  // nothing when no port is on AWS
  std::shared_ptr<store::Table> table_;
  std::shared_ptr<store::Queue> queue_;
  std::shared_ptr<store::QueueConsumer> consumer_;
  std::unique_ptr<store::Blobs> blobs_;
  std::vector<std::shared_ptr<void>> fittings_;  // behind what is on offer
  part::Offers offers_;
  std::vector<part::Dependency> dependencies_;
  std::unique_ptr<Notifier> notifier_;
  std::optional<App> app_;
};

}  // namespace voyages::app
