#include "app/permissions.h"

#include <fmt/format.h>

#include <set>
#include <stdexcept>

namespace voyages::app {

std::vector<part::Permission> all_permissions(std::span<const part::Part> parts) {
  std::vector<part::Permission> permissions;
  std::set<std::string_view> names;
  for (const auto& each : parts) {
    for (const auto& permission : each.permissions) {
      if (!names.insert(permission.name).second) {
        throw std::logic_error(fmt::format("two permissions have the name {}", permission.name));
      }
      permissions.push_back(permission);
    }
  }
  return permissions;
}

}  // namespace voyages::app
