#pragma once

#include <cstddef>
#include <string_view>

#include "base/clock.h"
#include "email/emails.h"

namespace voyages::email {

/// How many mails this address, in its one spelling, was queued within the last hour, whoever caused them and by
/// whichever route; one more than the limit stands for any number above it.
std::size_t count_recent_mails(Emails& emails, std::string_view email_normalised, Time now);

}  // namespace voyages::email
