#include "app/permissions.h"

#include <algorithm>
#include <iterator>

#include "app/parts.h"

namespace voyages::app {

auth::Permissions all_permissions() {
  std::vector<part::Permission> all;
  for (const auto& part : parts()) std::ranges::copy(part.permissions, std::back_inserter(all));
  return auth::Permissions(std::move(all));
}

}  // namespace voyages::app
