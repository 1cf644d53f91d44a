#include "app/permissions.h"

#include <algorithm>
#include <iterator>

#include "email/permissions.h"

namespace voyages::app {

auth::Permissions all_permissions() {
  auto all = auth::own_permissions();
  std::ranges::move(email::own_permissions(), std::back_inserter(all));
  return auth::Permissions(std::move(all));
}

}  // namespace voyages::app
