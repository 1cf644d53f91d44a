#pragma once

#include <string_view>

#include "base/clock.h"
#include "email/outbox.h"
#include "email/transport.h"

namespace voyages::email {

/// Does the queue's `email.send`: sends the mail, if it still waits to be sent. Throws what the transport throws.
void deliver(Outbox& outbox, Transport& transport, std::string_view mail_id, Time now);

}  // namespace voyages::email
