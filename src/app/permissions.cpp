#include "app/permissions.h"

#include "app/parts.h"

namespace voyages::app {

auth::Permissions all_permissions() {
  std::vector<part::Permission> all;
  for (const auto& part : parts()) all.insert(all.end(), part.permissions.begin(), part.permissions.end());
  return auth::Permissions(std::move(all));
}

}  // namespace voyages::app
