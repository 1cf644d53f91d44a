#pragma once

#include <vector>

#include "part/setting.h"

namespace voyages::auth {

/// What fills `AuthOptions`.
std::vector<part::Setting> settings();

}  // namespace voyages::auth
