#pragma once

#include <chrono>
#include <string_view>

#include "base/clock.h"
#include "email/emails.h"

namespace voyages::email {

/// Does the queue's `email.send`: one try to send the mail, if it is due and nobody else is at it. What comes of it
/// stands in the mail's record; a further try is queued by itself.
///
/// A mail is sent once, but for one window that no sender can close: the worker dies after the other side took the mail
/// and before that is written down. The next try then sends it again, with the same Message-ID, and an event `resumed`
/// says so. It comes `Emails::try_limit` later, or at once when the worker is older than
/// `Emails::workers_since`.
void deliver(Emails& emails, std::string_view mail_id, Time now);

/// When to try again after the n-th try: from ten seconds, threefold each time, to four hours; a fifth more or less.
std::chrono::seconds retry_delay(std::int64_t attempts);

}  // namespace voyages::email
