#pragma once

#include <optional>
#include <vector>

#include "store/table.h"

namespace voyages::store {

/// Whether all conditions hold of an item; `nullptr` is one that is absent or has expired.
bool hold(const std::vector<Condition>& conditions, const Item* item);

/// What an update makes of an item, or of nothing when it is absent or has expired. Throws `InvalidWrite` when a sum is
/// none or leaves 64 bits, and when the result is too large.
Item updated(const Update& update, std::optional<Item> old);

}  // namespace voyages::store
