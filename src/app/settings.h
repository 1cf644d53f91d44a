#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "part/part.h"
#include "part/setting.h"

namespace voyages::app {

/// The settings of the house and of these parts, in the order in which people read them. Throws std::logic_error when
/// two have the same name.
std::vector<part::Setting> make_settings(std::span<const part::Part> parts);

/// The settings of the program.
std::span<const part::Setting> settings();

/// The setting of this name, or nothing.
const part::Setting* find_setting(std::string_view name, std::span<const part::Setting> table = settings());

}  // namespace voyages::app
