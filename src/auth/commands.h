#pragma once

#include <vector>

#include "part/command.h"

namespace voyages::auth {

/// `voyages keys …`: the keys that sign tokens.
std::vector<part::Command> key_commands();

/// `voyages token …`: service tokens. `add` prints the token on standard output, and nothing else.
std::vector<part::Command> token_commands();

}  // namespace voyages::auth
