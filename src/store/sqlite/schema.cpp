#include "store/sqlite/schema.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace voyages::store::sqlite {

namespace {

// Step n brings a database of version n to version n + 1. Steps are only ever added: old files pass through them all.
constexpr std::array<const char*, 2> migrations{
    // Keys are BLOBs, so that they compare bytewise and keep every byte. The indexes leave out the items without what
    // they index.
    R"(
CREATE TABLE items(
  pk BLOB NOT NULL, sk BLOB NOT NULL, attributes BLOB NOT NULL, gsi1pk BLOB, gsi1sk BLOB, expires_at INTEGER,
  PRIMARY KEY(pk, sk)) WITHOUT ROWID;
CREATE INDEX items_by_gsi1 ON items(gsi1pk, gsi1sk, pk, sk) WHERE gsi1pk IS NOT NULL;
CREATE INDEX items_by_expiry ON items(expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE messages(
  sequence INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind BLOB NOT NULL, body BLOB NOT NULL,
  attempts INTEGER NOT NULL, enqueued_at_ms INTEGER NOT NULL, due_at_ms INTEGER NOT NULL, receipt BLOB);
CREATE INDEX messages_by_due ON messages(due_at_ms);
CREATE TABLE dead_letters(
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, kind BLOB NOT NULL, body BLOB NOT NULL,
  attempts INTEGER NOT NULL, enqueued_at_ms INTEGER NOT NULL, reason BLOB NOT NULL, died_at_ms INTEGER NOT NULL);
)",
    // Classes, priorities, and why the try before failed. Dead letters are items now, which only the program can write:
    // those of old go back into the queue with all their tries used up, and the next worker buries them anew.
    R"(
ALTER TABLE messages ADD COLUMN class INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN priority INTEGER NOT NULL DEFAULT 1;
ALTER TABLE messages ADD COLUMN failure BLOB NOT NULL DEFAULT x'';
DROP INDEX messages_by_due;
CREATE INDEX messages_by_rank ON messages(class, priority, due_at_ms, sequence, kind);
INSERT INTO messages(id, kind, body, attempts, enqueued_at_ms, due_at_ms, failure)
  SELECT id, kind, body, attempts, enqueued_at_ms, died_at_ms, reason FROM dead_letters ORDER BY sequence;
DROP TABLE dead_letters;
)"};

}  // namespace

void check_identity(Connection& connection, const std::filesystem::path& file) {
  // The id is read last: another process may be making the tables, and commits them together with the id.
  const bool has_tables = connection.number("SELECT count(*) FROM sqlite_schema") > 0;
  const auto version = connection.number("PRAGMA user_version");
  const auto id = connection.number("PRAGMA application_id");
  if (id != application_id && (has_tables || id != 0)) {
    throw std::runtime_error(fmt::format("{} is a database of another program", file.string()));
  }
  if (version > static_cast<std::int64_t>(migrations.size())) {
    throw std::runtime_error(fmt::format(
        "{} was written by a newer version of this program (schema {}, this one knows {}): run that version",
        file.string(), version, migrations.size()));
  }
}

void migrate(Connection& connection) {
  const auto latest = static_cast<std::int64_t>(migrations.size());
  if (connection.number("PRAGMA user_version") == latest) return;
  connection.execute("BEGIN IMMEDIATE");
  try {
    // Asked again under the lock: another process may have been faster.
    for (auto version = connection.number("PRAGMA user_version"); version < latest; ++version) {
      connection.execute(migrations.at(static_cast<std::size_t>(version)));
    }
    connection.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, latest).c_str());
    connection.execute("COMMIT");
  } catch (...) {
    if (connection.in_transaction()) connection.execute("ROLLBACK");
    throw;
  }
}

}  // namespace voyages::store::sqlite
