#pragma once

#include <vector>

#include "part/setting.h"

namespace voyages::email {

/// What fills `EmailOptions`.
std::vector<part::Setting> settings();

}  // namespace voyages::email
