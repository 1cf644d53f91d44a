#pragma once

#include <string_view>
#include <vector>

namespace voyages::part {

/// Something that routes ask for by a name of its own: `emails:send`.
struct Permission {
  std::string_view name;
  std::string_view description;         // what it lets its holder do, for the page that asks for consent
  std::vector<std::string_view> roles;  // that have it by default, beside owner and admin
};

}  // namespace voyages::part
