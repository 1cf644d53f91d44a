#pragma once

#include <string_view>

#include "base/clock.h"
#include "email/emails.h"

namespace voyages::email {

/// Those who have a mail sent. Each has a limit of its own, so that strangers use up nobody else's.
enum class MailCause { strangers, others };

/// Whether this address, in its one spelling, may get one more mail: fewer than the limit were queued within the hour
/// before the mail `before`. Mails that were suppressed count for nothing.
bool has_room(Emails& emails, std::string_view email_normalised, MailCause cause, std::string_view before,
              Time queued_at);

}  // namespace voyages::email
