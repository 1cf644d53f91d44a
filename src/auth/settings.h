#pragma once

#include <string_view>
#include <vector>

#include "part/setting.h"

namespace voyages::auth {

/// What fills `AuthOptions`.
std::vector<part::Setting> settings();

/// Whether an operator may let in this private-use scheme (RFC 8252 §7.1): in lower case, and none that browsers
/// themselves act upon, such as `javascript` and `data`.
bool is_private_scheme(std::string_view scheme);

}  // namespace voyages::auth
