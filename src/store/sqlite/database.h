#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/sqlite/data_lock.h"
#include "store/sqlite/grouped_writer.h"

namespace voyages::store::sqlite {

/// exclusive: the server; there is one on a data folder. shared: a command, which may run beside the server.
enum class Access { exclusive, shared };

/// The file `voyages.db` in the data folder: many readers, one writer. Thread-safe.
class Database {
 public:
  /// Creates folder and file when they are missing. Throws std::runtime_error, with a sentence for the user, when the
  /// folder is in use, the file is damaged, another program's, or of a newer version.
  Database(const std::filesystem::path& data_directory, Access access, std::size_t waiting_writes_limit = 1024);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// A connection for reading, lent to one thread.
  class Reader {
   public:
    explicit Reader(Database& database) : database_(database), connection_(database.lend()) {}
    ~Reader() { database_.take_back(std::move(connection_)); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    Connection& operator*() { return *connection_; }
    Connection* operator->() { return connection_.get(); }

   private:
    Database& database_;
    std::unique_ptr<Connection> connection_;
  };
  Reader read() { return Reader(*this); }

  /// Runs `work(Connection&)` inside the writer's transaction and returns what it returned, once that is on disk. The
  /// work may run twice, and on another thread. It should throw before it changes anything, or not at all.
  template <class Work>
  auto write(Work work) {
    using Outcome = std::invoke_result_t<Work&, Connection&>;
    struct Job final : WriteJob {
      explicit Job(Work& the_work) : work(the_work) {}
      void run(Connection& connection) override { outcome.emplace(work(connection)); }
      Work& work;
      std::optional<Outcome> outcome;
    };
    Job job(work);
    writer_->run(job);
    return std::move(*job.outcome);
  }

  /// Copies the whole database, as it is at this moment, to `file`, which appears complete or not at all.
  void backup(const std::filesystem::path& file);
  /// What SQLite's full integrity check finds; empty when the file is sound. Reads everything.
  std::vector<std::string> check();

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  std::unique_ptr<Connection> lend();
  void take_back(std::unique_ptr<Connection> connection);

  std::filesystem::path file_;
  std::optional<DataLock> lock_;
  std::optional<GroupedWriter> writer_;
  std::mutex mutex_;
  // After the writer, so that they close first: the last connection to close folds the log into the file.
  std::vector<std::unique_ptr<Connection>> idle_readers_;
};

/// Replaces the data folder's database by the backup, at once and durably. Throws std::runtime_error, and changes
/// nothing, when the backup is damaged or not ours, or somebody uses the folder.
void restore(const std::filesystem::path& backup_file, const std::filesystem::path& data_directory);

/// What a restore does while nobody else uses the data folder.
struct RestoreSteps {
  using Sink = std::function<void(std::string_view)>;

  std::function<void(const Sink& write)> copy_database;  // gives away the database file's bytes
  std::function<void()> before_replacing;                // once these are a sound database
};
/// The same where the backup holds more than the database. What a step throws ends it before anything is replaced.
void restore(const std::filesystem::path& backup_file, const std::filesystem::path& data_directory,
             const RestoreSteps& steps);

}  // namespace voyages::store::sqlite
