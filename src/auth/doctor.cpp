#include "auth/doctor.h"

#include <fmt/format.h>

#include "auth/auth.h"
#include "auth/table_keys.h"

namespace voyages::auth {

std::vector<part::Finding> check_signing_keys(part::Shell& shell) {
  using part::Finding;
  const std::string check = "signing keys";
  // To open the house would make the first one.
  if (shell.table().query({.pk = std::string(table_keys::signing_keys), .limit = 1}).items.empty()) {
    return {{Finding::warning, check, "there are none yet", "The first start makes one."}};
  }
  const auto& house = shell.house();
  const auto keys = house.offers.get<Auth>().keys.list(house.clock.now());
  return {{Finding::ok, check,
           fmt::format("{} published, {} signs", keys.size(), keys.empty() ? "none" : keys.front().jwk.kid())}};
}

}  // namespace voyages::auth
