#pragma once

#include <string>
#include <string_view>

#include "store/table.h"

namespace voyages::store {

/// The place in a query's answer after which the next page begins. `key` is the last item's; `index_sk` is empty when
/// the query reads the table itself.
struct Position {
  std::string index_sk;
  Key key;

  bool operator==(const Position&) const = default;
};

/// Opaque and URL-safe, and bound to everything in the query but its limit and attributes.
std::string to_cursor(const Query& query, const Position& position);

/// Throws `InvalidCursor` for what `to_cursor` did not make for this query. That keeps honest callers from mistakes; it
/// is no signature, so an adapter still keeps to the query's own bounds.
Position from_cursor(const Query& query, std::string_view cursor);

}  // namespace voyages::store
