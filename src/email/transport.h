#pragma once

#include <string_view>

#include "email/outbox.h"

namespace voyages::email {

/// The port to whatever takes mail. Throws when it does not; then the queue tries again.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual void send(std::string_view mail_id, const Mail& mail) = 0;
};

}  // namespace voyages::email
