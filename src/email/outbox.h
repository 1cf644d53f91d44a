#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/seal.h"
#include "store/queue.h"
#include "store/table.h"

namespace voyages::email {

/// A mail to send, in the words of the service that wants it sent.
struct Mail {
  std::string to;
  std::string template_name;                    // `reset_password`
  std::map<std::string, std::string> params{};  // what the template shows; may hold secrets such as a link
};

/// How other services hand mail over: the mail is written in the same transaction as its reason, then queued. What is
/// lost between the two, a janitor queues again.
class Outbox {
 public:
  Outbox(store::Table& table, store::Queue& queue, const crypto::MasterKey& master_key, Logger& log)
      : table_(table), queue_(queue), master_key_(master_key), log_(log) {}

  /// The write that records the mail. Its parameters rest sealed.
  [[nodiscard]] store::Put record(const Mail& mail, Time now) const;
  /// Queues a recorded mail, once its transaction has happened. Never throws: what its caller did is done, and a mail
  /// that the queue does not take is logged and queued later by `requeue_lost`.
  void dispatch(const store::Put& recorded);
  /// Queues again, once, what was recorded over a minute ago and never sent. Returns how many.
  std::size_t requeue_lost(Time now);

  /// A recorded mail that waits to be sent; nothing when it was sent, or never was.
  [[nodiscard]] std::optional<Mail> find_queued(std::string_view mail_id);
  /// Marks it sent and forgets its parameters.
  void mark_sent(std::string_view mail_id, Time now);
  /// Removes every mail to an address, sent or not.
  void forget(std::string_view email_normalised);

 private:
  void forget(std::string_view email_normalised, std::string_view index);

  store::Table& table_;
  store::Queue& queue_;
  const crypto::MasterKey& master_key_;
  Logger& log_;
};

/// The queue's `kind` for mail; the message's body is the mail's id.
inline constexpr std::string_view send_mail = "email.send";

}  // namespace voyages::email
