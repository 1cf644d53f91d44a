#pragma once

#include <memory>

#include "app/app.h"
#include "app/config.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "crypto/seal.h"
#include "email/captured_mails.h"
#include "email/transport.h"
#include "store/filesystem/blobs.h"
#include "store/sqlite/database.h"
#include "store/sqlite/queue.h"
#include "store/sqlite/table.h"

namespace voyages::app {

/// The app on the embedded engine: SQLite and files in the data directory, nothing else.
class Embedded {
 public:
  /// Opens the data, making it when there is none. Throws `Failure` or std::runtime_error with a sentence for the
  /// operator.
  Embedded(const Config& config, store::sqlite::Access access, LogLevel log_level);

  [[nodiscard]] App& app() { return app_; }
  [[nodiscard]] Logger& log() { return log_; }
  [[nodiscard]] Metrics& metrics() { return metrics_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] store::sqlite::Database& database() { return database_; }
  [[nodiscard]] store::sqlite::SqliteTable& table() { return table_; }
  [[nodiscard]] store::sqlite::SqliteQueue& queue() { return queue_; }

 private:
  SystemClock clock_;
  Logger log_;
  Metrics metrics_;
  store::sqlite::Database database_;
  crypto::MasterKey master_key_;
  store::sqlite::SqliteTable table_;
  store::sqlite::SqliteQueue queue_;
  store::filesystem::FilesystemBlobs blobs_;
  email::CapturedMails captured_mails_;
  std::unique_ptr<email::Transport> transport_;
  App app_;
};

}  // namespace voyages::app
