#pragma once

#include <vector>

#include "part/command.h"

namespace voyages::auth::federation {

/// `voyages provider …`. `add` prints the redirect URI that has to be registered at the provider.
std::vector<part::Command> commands();

}  // namespace voyages::auth::federation
