#pragma once

#include <chrono>
#include <string_view>

#include "base/clock.h"
#include "email/emails.h"

namespace voyages::email {

/// What the queue's message says of a try.
struct Errand {
  std::string_view message_id{};
  bool redelivered = false;  // the worker that had this message before neither finished it nor asked for more time
};

/// Does the queue's work for a mail: one try to send the mail, if it is due and nobody else is at it. What comes of it
/// stands in the mail's record; a further try is queued by itself.
///
/// A mail is sent once, but for one window that no sender can close: the worker dies after the other side took the mail
/// and before that is written down. The next try then sends it again, with the same Message-ID, and an event `resumed`
/// says so. It comes when the queue hands the dead worker's message to another one; with another message for the same
/// mail when the transport's `try_limit` has passed, or at once when the worker is older than `Emails::workers_since`.
void deliver(Emails& emails, std::string_view mail_id, Time now, const Errand& errand = {});

/// When to try again after the n-th try: from ten seconds, threefold each time, to four hours; a fifth more or less.
std::chrono::seconds retry_delay(std::int64_t attempts);

}  // namespace voyages::email
