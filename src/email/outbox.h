#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "crypto/seal.h"
#include "email/record.h"
#include "email/transport.h"
#include "store/queue.h"
#include "store/table.h"

namespace voyages::email {

/// A mail to send, in the words of the service that wants it sent.
struct Mail {
  std::string to;
  std::string template_name;     // `reset_password`
  boost::json::object params{};  // what the template shows; may hold secrets such as a link
  std::string locale{};          // BCP 47; empty: English
  bool limited = false;          // strangers may cause it: an address gets only so many within an hour
};

/// A mail about to be queued: the two writes that belong into the transaction of its reason.
struct RecordedMail {
  Record record;
  store::Put item;   // the mail
  store::Put entry;  // the outbox' note that it waits

  void append_to(std::vector<store::Write>& writes) const {
    writes.emplace_back(item);
    writes.emplace_back(entry);
  }
};

/// How mail is handed over: it is written in the same transaction as its reason, then queued. What is lost between the
/// two, a janitor queues again.
class Outbox {
 public:
  /// `message_domain` ends the Message-IDs: `example.com`.
  Outbox(store::Table& table, store::Queue& queue, Transport& transport, const crypto::MasterKey& master_key,
         Logger& log, std::string message_domain)
      : table_(table),
        queue_(queue),
        transport_(transport),
        master_key_(master_key),
        log_(log),
        message_domain_(std::move(message_domain)) {}

  /// The mail and its writes; its parameters rest sealed.
  [[nodiscard]] RecordedMail record(const Mail& mail, Time now) const;
  /// The writes of a record that was made by hand.
  [[nodiscard]] RecordedMail record(Record record, Time now) const;
  [[nodiscard]] std::string seal(const boost::json::object& params) const;
  /// Throws std::runtime_error for what another master key has sealed.
  [[nodiscard]] boost::json::object open(std::string_view sealed_params) const;

  /// Queues a recorded mail, once its transaction has happened. Never throws: what its caller did is done, and a mail
  /// that the queue does not take is logged and queued later by `queue_due`.
  void dispatch(const Record& record, Time now);
  void dispatch(const RecordedMail& mail, Time now) { dispatch(mail.record, now); }
  /// Queues what is due, or should long have been sent. Returns how many. Some of it may be in the queue already, which
  /// does no harm.
  std::size_t queue_due(Time now);

  /// Removes every mail to an address that was recorded until then, or at all, whatever became of it.
  void forget(std::string_view email_normalised, std::optional<Time> until = std::nullopt);

 private:
  store::Table& table_;
  store::Queue& queue_;
  Transport& transport_;
  const crypto::MasterKey& master_key_;
  Logger& log_;
  std::string message_domain_;
};

/// When to look whether a mail that is due then has been forgotten.
Time look_after(Time due_at, Time now);

/// The queue's kinds for mail, one for each class of it; the message's body is the mail's id.
inline constexpr std::string_view send_mail = "email.send";
inline constexpr std::string_view send_urgent_mail = "email.send_urgent";
inline constexpr std::string_view send_bulk_mail = "email.send_bulk";

/// The kind for mails of a class.
std::string_view kind_for(MailClass mail_class);

}  // namespace voyages::email
