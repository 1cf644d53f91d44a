#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "email/message.h"

namespace voyages::email {

/// What the receiving side said. `text` is for people, one line of at most 500 bytes, `250 2.0.0 queued as 4F21`, and
/// never holds anything of the mail's content or of our credentials.
struct Answer {
  enum class Verdict {
    accepted,
    deferred,           // not now: try again later
    rejected,           // never: this mail, or our set-up, is at fault
    unknown_recipient,  // never, and nothing else to this address either (a hard bounce)
  };

  Verdict verdict = Verdict::accepted;
  std::string text{};
  bool about_recipient = false;  // a deferral that this address caused, and not the way to it
};

/// The port to whatever takes mail. One call is one try to one recipient; whether a try is repeated is its caller's
/// matter. What the network or the other side does is an `Answer`; an exception is a bug or broken machinery, and is
/// treated as `deferred`. Thread-safe.
class Transport {
 public:
  virtual ~Transport() = default;
  /// `mail_id` is the same in each try for one mail; so are `message.message_id` and `message.date`.
  [[nodiscard]] virtual Answer send(std::string_view mail_id, const Message& message) = 0;
  /// Longer than any try takes.
  [[nodiscard]] virtual std::chrono::seconds try_limit() const { return std::chrono::seconds(120); }
  /// Removes what it keeps of the mails to an address, in its one spelling per mailbox, if it keeps any.
  virtual void forget(std::string_view /*email_normalised*/) {}
  /// The program is about to end: tries on their way have little time left. Not undone.
  virtual void finish_soon() {}
};

}  // namespace voyages::email
