#include <fcntl.h>
#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "store/filesystem/draft.h"
#include "store/filesystem/files.h"
#include "store/sqlite/database.h"
#include "store/sqlite/schema.h"

namespace voyages::store::sqlite {

using filesystem::beside;
using filesystem::Draft;

namespace {

std::vector<std::string> integrity_faults(Connection& connection) {
  std::vector<std::string> faults;
  try {
    auto statement = connection.statement("PRAGMA integrity_check(20)");
    while (statement.step()) {
      if (statement.bytes(0) != "ok") faults.emplace_back(statement.bytes(0));
    }
  } catch (const EngineError& error) {
    faults.emplace_back(error.what());
  }
  return faults;
}

void copy_file(const std::filesystem::path& source, const RestoreSteps::Sink& write) {
  const filesystem::FileDescriptor in(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in.is_open()) filesystem::throw_errno("open", source);
  std::array<char, 65536> buffer;
  while (const auto count = filesystem::read_some(in.get(), buffer.data(), buffer.size(), source)) {
    write({buffer.data(), count});
  }
}

void require_sound_backup(const std::filesystem::path& copy, const std::filesystem::path& backup_file) {
  Connection connection(copy, Connection::Mode::read_only);
  check_identity(connection, backup_file);
  if (connection.number("PRAGMA application_id") != application_id) {
    throw std::runtime_error(fmt::format("{} is empty", backup_file.string()));
  }
  const auto faults = integrity_faults(connection);
  if (!faults.empty()) throw std::runtime_error(fmt::format("{}: {}", backup_file.string(), faults.front()));
}

// What the log still holds goes into the old file, so that a crash in the middle of a restore leaves it whole. False
// when the old file is damaged, which may be why it is being replaced.
bool fold_log_into(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return true;
  try {
    Connection connection(file, Connection::Mode::read_write);
    return connection.number("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
  } catch (const EngineError&) {
    return false;
  }
}

}  // namespace

void Database::backup(const std::filesystem::path& file) {
  if (std::filesystem::exists(file) && std::filesystem::equivalent(file, file_)) {
    throw std::runtime_error("a backup cannot go over the database itself");
  }
  Draft draft(beside(file, ".partial"));
  {
    // A connection of its own, so that the memory goes with it. VACUUM INTO reads one snapshot and stops nobody.
    Connection connection(file_, Connection::Mode::read_write);
    auto statement = connection.statement("VACUUM INTO CAST(?1 AS TEXT)");
    const auto target = draft.path().string();
    statement.bind(1, target);
    statement.run();
  }
  draft.rename_to(file);
}

std::vector<std::string> Database::check() {
  Connection connection(file_, Connection::Mode::read_only);
  return integrity_faults(connection);
}

void restore(const std::filesystem::path& backup_file, const std::filesystem::path& data_directory) {
  restore(backup_file, data_directory,
          {.copy_database = [&](const RestoreSteps::Sink& write) { copy_file(backup_file, write); },
           .before_replacing = [] {}});
}

void restore(const std::filesystem::path& backup_file, const std::filesystem::path& data_directory,
             const RestoreSteps& steps) {
  filesystem::create_private_directories(data_directory);
  const DataLock lock(data_directory, DataLock::Kind::replace);
  const auto file = data_directory / "voyages.db";
  Draft draft(data_directory / "voyages.db.restore");
  steps.copy_database([&](std::string_view bytes) { filesystem::write_all(draft.descriptor(), bytes, draft.path()); });
  try {
    require_sound_backup(draft.path(), backup_file);
  } catch (const EngineError& error) {
    throw std::runtime_error(fmt::format("{} is not a sound backup: {}", backup_file.string(), error.what()));
  }
  steps.before_replacing();
  fold_log_into(file);
  // An old log beside the new file would be replayed into it.
  std::filesystem::remove(beside(file, "-wal"));
  std::filesystem::remove(beside(file, "-shm"));
  filesystem::sync_directory(data_directory);
  draft.rename_to(file);
}

}  // namespace voyages::store::sqlite
