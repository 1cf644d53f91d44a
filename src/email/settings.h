#pragma once

#include <vector>

#include "part/setting.h"

namespace voyages::email {

/// What fills `EmailOptions` and `OutletOptions`.
std::vector<part::Setting> settings();

}  // namespace voyages::email
