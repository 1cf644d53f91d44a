#pragma once

#include <cstdint>
#include <optional>

#include "store/sqlite/connection.h"
#include "store/table.h"

namespace voyages::store::sqlite {

/// The item that has not expired at `now_s`.
std::optional<Item> load_item(Connection& connection, const Key& key, std::int64_t now_s);

/// One write whose conditions hold, as what it makes of its item.
struct Change {
  enum class Kind { none, put, remove };
  Kind kind = Kind::none;
  Item item{};                // of what an update makes
  const Item* put = nullptr;  // of a put or an update
  const Key* key = nullptr;
};

/// What the write would do, or nothing when a condition does not hold. Changes nothing; throws `InvalidWrite` for an
/// update that cannot be.
std::optional<Change> plan(Connection& connection, const Write& write, std::int64_t now_s);

void apply(Connection& connection, const Change& change);

}  // namespace voyages::store::sqlite
