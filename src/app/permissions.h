#pragma once

#include <span>
#include <vector>

#include "app/parts.h"
#include "part/permission.h"

namespace voyages::app {

/// The permissions of all these parts. Throws std::logic_error if two have the same name.
std::vector<part::Permission> all_permissions(std::span<const part::Part> parts = app::parts());

}  // namespace voyages::app
