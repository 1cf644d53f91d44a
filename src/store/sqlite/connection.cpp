#include "store/sqlite/connection.h"

#include <fmt/format.h>

#include <mutex>

namespace voyages::store::sqlite {

namespace {

std::string explain(sqlite3* handle, int code) {
  const auto* name = handle ? sqlite3_db_filename(handle, "main") : nullptr;
  const std::string file = name && *name ? name : "the database";
  const std::string detail = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  if (code == SQLITE_IOERR_SHMSIZE) code = SQLITE_FULL;  // the room for the index of the log could not be had
  switch (code & 0xff) {
    case SQLITE_FULL:
      return fmt::format("the disk that holds {} is full: free some space. Nothing that was acknowledged is lost",
                         file);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fmt::format("the database file {} is damaged ({}): restore a backup with `voyages restore FILE`", file,
                         detail);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return fmt::format("cannot write to {} ({}): the data folder must belong to the user who runs the program", file,
                         detail);
    case SQLITE_CANTOPEN:
      return fmt::format("cannot open {} ({}): the data folder must exist and be writable", file, detail);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fmt::format("another process holds the write lock of {} ({})", file, detail);
    case SQLITE_IOERR:
      return fmt::format("reading or writing {} failed ({}, code {}): check the disk", file, detail, code);
    default:
      return fmt::format("SQLite failed on {}: {} (code {})", file, detail, code);
  }
}

[[noreturn]] void fail(sqlite3* handle, int code) {
  const int extended = handle ? sqlite3_extended_errcode(handle) : code;
  throw EngineError(extended, explain(handle, extended));
}

// Counting every allocation takes a lock that all threads share, and nobody reads the count.
void configure_library() {
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

}  // namespace

void Statement::check(int code) const {
  if (code != SQLITE_OK) fail(sqlite3_db_handle(statement_), code);
}

void Statement::bind(int parameter, std::string_view bytes) {
  // A null pointer would bind NULL instead of no bytes.
  const char* data = bytes.empty() ? "" : bytes.data();
  check(sqlite3_bind_blob64(statement_, parameter, data, bytes.size(), SQLITE_STATIC));
}

void Statement::bind(int parameter, std::int64_t number) { check(sqlite3_bind_int64(statement_, parameter, number)); }

void Statement::bind_null(int parameter) { check(sqlite3_bind_null(statement_, parameter)); }

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(sqlite3_db_handle(statement_), code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data ? std::string_view(data, size) : std::string_view();
}

Connection::Connection(const std::filesystem::path& file, Mode mode) {
  configure_library();
  sqlite3* handle = nullptr;
  // NOMUTEX: one thread at a time uses a connection, and our own pool sees to that. A reader opens the file for writing
  // too, since in WAL mode it marks what it reads in shared memory.
  const int code = sqlite3_open_v2(file.c_str(), &handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(handle, code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_busy_timeout(handle, 5000);
  // A small cache is enough: the kernel keeps the file's pages, and every commit empties the readers' caches anyway.
  execute(
      "PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;"
      "PRAGMA journal_size_limit=16777216;");
  execute(mode == Mode::read_only ? "PRAGMA cache_size=-1024; PRAGMA query_only=ON;" : "PRAGMA cache_size=-2048;");
  sqlite3_exec(handle, "PRAGMA mmap_size=0", nullptr, nullptr, nullptr);
}

Connection::Prepared Connection::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(handle_.get(), code);
  return Prepared(statement);
}

Statement Connection::statement(const char* sql) {
  for (const auto& [text, prepared] : prepared_) {
    if (text == sql) return Statement(prepared.get());
  }
  return Statement(prepared_.emplace_back(sql, prepare(sql)).second.get());
}

void Connection::execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle_.get(), code);
}

std::int64_t Connection::number(const char* sql) {
  const auto prepared = prepare(sql);
  Statement statement(prepared.get());
  return statement.step() ? statement.number(0) : 0;
}

}  // namespace voyages::store::sqlite
