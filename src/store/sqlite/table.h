#pragma once

#include "base/clock.h"
#include "store/sqlite/database.h"
#include "store/table.h"

namespace voyages::store::sqlite {

/// The table in SQLite. Reads are always strong.
class SqliteTable final : public Table {
 public:
  SqliteTable(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  std::vector<std::optional<Item>> get(std::span<const Key> keys, Consistency consistency) override;
  Page query(const Query& query) override;
  std::expected<void, ConditionFailed> write(std::span<const Write> writes) override;

  /// Deletes up to `limit` expired items and says how many there were.
  std::size_t clean_step(std::size_t limit = 200);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace voyages::store::sqlite
