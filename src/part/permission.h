#pragma once

#include <string_view>
#include <vector>

namespace voyages::part {

/// Something that a caller may do, as `emails:send`: routes ask for it by its name, roles hold it, and service tokens
/// and OAuth clients carry it as a scope.
struct Permission {
  std::string_view name;                // lower-case, `what:verb`
  std::string_view description;         // what it lets its holder do, in words that a consent page shows
  std::vector<std::string_view> roles;  // which hold it besides `owner`, which holds all; none: owners alone
};

}  // namespace voyages::part
