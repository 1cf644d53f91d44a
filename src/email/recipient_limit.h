#pragma once

#include <cstddef>
#include <string_view>

#include "base/clock.h"
#include "email/emails.h"

namespace voyages::email {

/// How many mails this address, in its one spelling, was queued within the hour before the mail `before`, whoever
/// caused them and by whichever route; one more than the limit stands for any number above it.
std::size_t count_mails_before(Emails& emails, std::string_view email_normalised, std::string_view before,
                               Time queued_at);

}  // namespace voyages::email
