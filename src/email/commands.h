#pragma once

#include <vector>

#include "part/command.h"

namespace voyages::email {

/// `voyages mail …`: mails and suppressions, beside a server that may run on the same data.
std::vector<part::Command> commands();

}  // namespace voyages::email
