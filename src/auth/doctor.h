#pragma once

#include <vector>

#include "part/command.h"
#include "part/finding.h"

namespace voyages::auth {

/// Whether there are signing keys, and the master key opens them.
std::vector<part::Finding> check_signing_keys(part::Shell& shell);

}  // namespace voyages::auth
