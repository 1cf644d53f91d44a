#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "email/message.h"

namespace voyages::email {

/// `Ada's Shop <shop@example.com>`, or the address alone; nothing for what is neither.
std::optional<Mailbox> parse_mailbox(std::string_view text);
std::string show_mailbox(const Mailbox& mailbox);

}  // namespace voyages::email
