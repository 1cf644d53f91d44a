#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "email/message.h"
#include "email/table_keys.h"
#include "store/table.h"

namespace voyages::email {

/// Where a mail stands. Those that end it are SENT, FAILED, CANCELLED and SUPPRESSED.
enum class Status { queued, sending, sent, retrying, failed, cancelled, suppressed };

/// `QUEUED`.
std::string_view to_string(Status status);
std::optional<Status> parse_status(std::string_view text);
bool is_final(Status status);

inline constexpr Status all_statuses[] = {Status::queued, Status::sending,   Status::sent,      Status::retrying,
                                          Status::failed, Status::cancelled, Status::suppressed};

/// How urgently a mail leaves.
enum class MailClass {
  urgent,         // somebody sits before a page and waits for it: password resets, verifications, invitations
  transactional,  // an answer to what somebody did, or a notice
  bulk,           // the same for many
};

/// Something that happened to a mail.
struct Event {
  Time at{};
  std::string name;      // `queued`, `trying`, `accepted`, `deferred`, `rejected`, `cancelled`, `suppressed`, …
  std::string detail{};  // what the other side said, say

  bool operator==(const Event&) const = default;
};

/// A file that waits in `Blobs`.
struct StoredAttachment {
  std::string filename;
  std::string content_type;
  std::string blob;
};

/// One mail, as the table knows it: `MAIL#<id>`. Its parameters are sealed, and gone once nobody needs them.
struct Record {
  std::string id;
  std::string to;             // as it was given
  std::string to_normalised;  // one spelling per mailbox
  std::string template_name;
  std::string locale;
  std::string message_id;  // the same in each try (RFC 5322 §3.6.4)
  bool limited = false;    // strangers may cause such mails, so an address gets only so many within an hour
  std::string caller{};    // who asked by the API; empty for our own services
  MailClass mail_class = MailClass::transactional;
  std::string sealed_params{};
  Status status = Status::queued;
  std::int64_t attempts = 0;
  Time created_at{};
  Time date{};    // what the mail itself says: when it was to be sent first
  Time due_at{};  // when it is to be sent, or tried again
  std::optional<Time> sent_at{};
  std::string tried_by{};  // the queue's message that the worker of the last try was handed
  std::vector<StoredAttachment> attachments{};
  std::vector<Event> events{};

  /// Appends an event; of very many the second oldest goes, so that the first stays.
  void add_event(Time at, std::string_view name, std::string_view detail = {});
};

inline constexpr std::string_view mail_prefix = table_keys::mail;
inline constexpr std::string_view pending_index = table_keys::outbox;

store::Key mail_key(std::string_view id);
/// The partition with an entry for every mail to one mailbox.
std::string recipient_partition(std::string_view email_normalised);

/// The class of a mail, or of the outbox' entry for it.
MailClass mail_class_of(const store::Item& item);
/// The mail's item, in the list of its status; what is final expires after a week.
store::Item to_item(const Record& record, Time now);
Record to_record(const store::Item& item);
/// What of the item a list reads: all but the sealed parameters, which may be long.
std::vector<std::string> listed_attributes();
std::optional<Record> find_record(store::Table& table, std::string_view id);
/// Appends to the timeline what others have to tell of a mail, whoever writes to its record meanwhile. False when the
/// timeline has this very event, or there is no such mail. Throws `Unavailable` while a worker is sending the mail,
/// which would write over it.
bool append_event(store::Table& table, std::string_view id, const Event& event);
/// What a write that replaces the record asks for: nobody has changed it since it was read.
std::vector<store::Condition> unchanged(const Record& record);

/// The entry beside it, `MAIL#TO#<address>`/`<id>`: it finds the mails to an address, and, until the mail is final,
/// stands in `OUTBOX` by the time when somebody should look whether it was forgotten.
store::Item to_entry(const Record& record, Time look_at, Time now);
/// Whether the entry's mail is one that strangers may cause.
bool is_by_stranger(const store::Item& entry);
/// Whether the entry's mail counts for the limit of its address: the mailbox has it, or may get it.
bool counts_for_recipient(const store::Item& entry);

}  // namespace voyages::email
