#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unavailable.h"

namespace voyages::store::sqlite {

/// SQLite could not do its work: the disk is full, the file is damaged, somebody holds the lock. `what()` says so in
/// words for the person who runs the program, and names the file.
class EngineError : public Unavailable {
 public:
  EngineError(int code, const std::string& message) : Unavailable(message), code_(code) {}
  /// SQLite's extended result code.
  [[nodiscard]] int code() const { return code_; }

 private:
  int code_;
};

/// A prepared statement, lent by its connection until this object goes. What is bound must live as long.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  ~Statement() { sqlite3_reset(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int parameter, std::string_view bytes);
  void bind(int parameter, std::int64_t number);
  void bind_null(int parameter);
  /// True when there is a row.
  bool step();
  /// For a statement without rows.
  void run();
  /// The same where nobody could act on a failure; false when it failed.
  bool attempt() noexcept { return sqlite3_step(statement_) == SQLITE_DONE; }

  [[nodiscard]] bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  [[nodiscard]] std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  /// Valid until the next `step`.
  [[nodiscard]] std::string_view bytes(int column) const;

 private:
  void check(int code) const;

  sqlite3_stmt* statement_;
};

/// One connection to a database file, for one thread at a time.
class Connection {
 public:
  enum class Mode { read_only, read_write };

  Connection(const std::filesystem::path& file, Mode mode);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// `sql` is a literal: the statement is prepared once and kept under the literal's address.
  Statement statement(const char* sql);
  /// Runs statements that give no rows and are not worth keeping.
  void execute(const char* sql);
  /// The first number that the statement gives.
  std::int64_t number(const char* sql);

  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  /// Rows that this connection has ever changed.
  [[nodiscard]] std::int64_t changes() const { return sqlite3_total_changes64(handle_.get()); }
  /// Rows that the last statement changed.
  [[nodiscard]] std::int64_t last_changes() const { return sqlite3_changes64(handle_.get()); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

  Prepared prepare(const char* sql);

  std::unique_ptr<sqlite3, Close> handle_;
  std::vector<std::pair<const char*, Prepared>> prepared_;
};

/// All reads between its construction and its end see one state of the database.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection) : commit_(connection.statement("COMMIT")) {
    connection.statement("BEGIN").run();
  }
  /// A failed read may have ended the transaction already; then its own exception is on the way.
  ~Snapshot() { commit_.attempt(); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Statement commit_;
};

}  // namespace voyages::store::sqlite
