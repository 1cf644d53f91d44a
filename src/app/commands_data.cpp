#include <unistd.h>

#include <memory>
#include <optional>
#include <stdexcept>

#include "app/amazon.h"
#include "app/backup_file.h"
#include "app/commands.h"
#include "app/contract.h"
#include "base/failure.h"
#include "base/terminal.h"
#include "store/filesystem/blobs.h"
#include "store/filesystem/draft.h"
#include "store/sqlite/database.h"

namespace voyages::app {

int print_openapi(const Config&) {
  write_out("{}", contract());
  return 0;
}

namespace {

/// The blobs of a configuration, without the rest of the program around them.
class ConfiguredBlobs {
 public:
  explicit ConfiguredBlobs(const Config& config) {
    if (config.s3_bucket.empty()) {
      blobs_ = std::make_unique<store::filesystem::FilesystemBlobs>(config.data / "blobs");
    } else {
      amazon_.emplace(clock_, log_, metrics_);
      blobs_ = amazon_->blobs(config.s3_bucket);
    }
  }
  [[nodiscard]] store::Blobs& get() { return *blobs_; }

 private:
  SystemClock clock_;
  Logger log_{LogLevel::warn, STDERR_FILENO};
  Metrics metrics_;
  std::optional<Amazon> amazon_;  // nothing when they are files
  std::unique_ptr<store::Blobs> blobs_;
};

}  // namespace

int backup(const Config& config, const std::filesystem::path& file) {
  if (config.table == TableEngine::dynamodb) {
    throw Failure("The table is in DynamoDB, which this command does not copy.",
                  "Use point-in-time recovery or a backup of the table: docs/deploy.md says how.");
  }
  store::sqlite::Database database(config.data, store::sqlite::Access::shared);
  if (std::filesystem::exists(file) && std::filesystem::equivalent(file, database.file())) {
    throw std::runtime_error("a backup cannot go over the database itself");
  }
  // First the database: the blobs that it names were written before it named them.
  const store::filesystem::Draft copy(store::filesystem::beside(file, ".database"));
  database.backup(copy.path());
  ConfiguredBlobs blobs(config);
  const auto count = write_backup(file, copy.path(), blobs.get(), SystemClock().now());
  write_out(
      "The data is in {}: the database and {} blobs. Keep the master key ({}) with it, in another place: without it "
      "the signing keys do not open.\n",
      file.string(), count, config.master_key.empty() ? (config.data / "master.key").string() : "VOYAGES_MASTER_KEY");
  return 0;
}

int restore(const Config& config, const std::filesystem::path& file) {
  BackupFile backup(file);
  std::size_t count = 0;
  if (backup.is_database()) {
    store::sqlite::restore(file, config.data);
  } else {
    store::sqlite::restore(file, config.data,
                           {.copy_database = [&](const auto& write) { backup.check(write); },
                            // A blob that is there too early harms nothing; one that is missing loses a mail.
                            .before_replacing = [&] { count = backup.restore_blobs(ConfiguredBlobs(config).get()); }});
  }
  write_out("{} is restored into {}, with {} blobs.\n", file.string(), config.data.string(), count);
  return 0;
}

}  // namespace voyages::app
