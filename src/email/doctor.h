#pragma once

#include <vector>

#include "part/command.h"
#include "part/finding.h"

namespace voyages::email {

/// Whether the mail server answers, and what is wrong with the operator's templates. Opens no house.
std::vector<part::Finding> check_mail(part::Shell& shell);

}  // namespace voyages::email
