#pragma once

#include <vector>

#include "part/command.h"

namespace voyages::auth::oauth {

/// `voyages client …`. `add` and `rotate-secret` print `client_id=…` and `client_secret=…` on standard output, and
/// nothing else.
std::vector<part::Command> commands();

}  // namespace voyages::auth::oauth
