#pragma once

#include <vector>

#include "part/command.h"

namespace voyages::auth {

/// `voyages user …`.
std::vector<part::Command> user_commands();

}  // namespace voyages::auth
