#pragma once

#include <string>
#include <vector>

#include "store/item_kind.h"

namespace voyages::app {

/// Every kind of items that stands in the table, service by service.
std::vector<store::ItemKind> item_kinds();

/// Them as docs/table.md has them.
std::string describe_items();

}  // namespace voyages::app
