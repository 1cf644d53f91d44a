#include "store/sqlite/database.h"

#include <sqlite3.h>

#include <chrono>
#include <thread>

#include "store/filesystem/files.h"
#include "store/sqlite/schema.h"

namespace voyages::store::sqlite {

namespace {

// More threads than this may read at once; they then open a connection each time.
constexpr std::size_t max_idle_readers = 32;

std::unique_ptr<Connection> open_for_writing(const std::filesystem::path& file) {
  // SQLite gives the files beside it the same mode.
  filesystem::open_private_file(file);
  auto connection = std::make_unique<Connection>(file, Connection::Mode::read_write);
  check_identity(*connection, file);
  connection->execute("PRAGMA journal_mode=WAL");
  migrate(*connection);
  return connection;
}

// While a new file changes to WAL, SQLite refuses others without asking its busy handler; when many open it at once,
// that can be any of their steps.
std::unique_ptr<Connection> open_when_free(const std::filesystem::path& file) {
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  for (;;) {
    try {
      return open_for_writing(file);
    } catch (const EngineError& error) {
      if ((error.code() & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() > give_up_at) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace

Database::Database(const std::filesystem::path& data_directory, Access access, std::size_t waiting_writes_limit)
    : file_(data_directory / "voyages.db") {
  filesystem::create_private_directories(data_directory);
  lock_.emplace(data_directory, access == Access::exclusive ? DataLock::Kind::server : DataLock::Kind::visitor);
  writer_.emplace(open_when_free(file_), waiting_writes_limit);
}

std::unique_ptr<Connection> Database::lend() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_readers_.empty()) {
      // The one used last has the warmest cache.
      auto connection = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return connection;
    }
  }
  return std::make_unique<Connection>(file_, Connection::Mode::read_only);
}

void Database::take_back(std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  if (idle_readers_.size() < max_idle_readers) idle_readers_.push_back(std::move(connection));
}

}  // namespace voyages::store::sqlite
