#pragma once

#include <vector>

#include "part/permission.h"

namespace voyages::email {

/// The permissions that this service's routes ask for.
inline std::vector<part::Permission> own_permissions() {
  return {{"emails:send", "Send mail, and see and cancel mail that was queued", {"admin", "mailer"}},
          {"suppressions:read", "See which addresses get no more mail", {"admin"}},
          {"suppressions:write", "Say which addresses get no more mail", {"admin"}},
          {"captured-mails:read", "Read mail that was written down instead of sent", {"admin"}},
          {"captured-mails:write", "Delete mail that was written down instead of sent", {"admin"}}};
}

}  // namespace voyages::email
