#pragma once

#include <vector>

#include "part/command.h"

namespace voyages::dead_letters {

/// `voyages dead-letters …`: queued work that failed for good, beside a server that may run on the same data.
std::vector<part::Command> commands();

}  // namespace voyages::dead_letters
