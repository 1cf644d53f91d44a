#pragma once

#include "part/part.h"

namespace voyages::dead_letters {

/// Queued work that failed for good: its routes and commands. The house itself keeps the letters, and offers them.
part::Part make_part();

}  // namespace voyages::dead_letters
