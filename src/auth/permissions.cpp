#include "auth/permissions.h"

#include <algorithm>

namespace voyages::auth {

bool satisfies(const std::vector<std::string>& roles, std::string_view wanted) {
  const auto has = [&](std::string_view role) { return std::ranges::find(roles, role) != roles.end(); };
  if (has(wanted) || (wanted == "admin" && has("owner"))) return true;
  const auto* permission = std::ranges::find(permissions, wanted, &Permission::name);
  return permission != std::end(permissions) && (has(permission->role) || has("admin") || has("owner"));
}

}  // namespace voyages::auth
