#pragma once

#include <string>

#include "base/secret.h"

namespace voyages::email {

/// How an operator lets mail leave.
struct OutletOptions {
  enum class Way { smtp, ses };

  Way way = Way::smtp;
  Secret smtp_url{};  // empty: mail is captured
  std::string ses_configuration_set{};

  [[nodiscard]] bool captures() const { return way == Way::smtp && smtp_url.empty(); }
};

}  // namespace voyages::email
