#include "email/outbox.h"

#include <algorithm>
#include <stdexcept>

#include "base/email_address.h"
#include "base/uuid.h"
#include "store/pending.h"

namespace voyages::email {

namespace {

namespace json = boost::json;

constexpr std::string_view seal_purpose = "email.params";
// What is due later waits in the outbox alone.
constexpr auto longest_delay = store::longest_delay;

// Of our own services' mails those that somebody waits for.
constexpr std::string_view urgent_templates[] = {"reset_password", "verify_email", "invite"};

MailClass class_for(std::string_view template_name) {
  const auto* found = std::ranges::find(urgent_templates, template_name);
  return found == std::end(urgent_templates) ? MailClass::transactional : MailClass::urgent;
}

// One spelling per mailbox.
std::string normalised(const std::string& to) {
  const auto email = Email::parse(to);
  return email ? email->text() : to;
}

std::string id_in(const store::Item& entry) { return entry.key.sk; }

}  // namespace

std::string_view kind_for(MailClass mail_class) {
  switch (mail_class) {
    case MailClass::urgent:
      return send_urgent_mail;
    case MailClass::transactional:
      return send_mail;
    case MailClass::bulk:
      return send_bulk_mail;
  }
  return send_mail;
}

Time look_after(Time due_at, Time now) { return due_at - now > longest_delay ? due_at : due_at + store::lost_after; }

RecordedMail Outbox::record(const Mail& mail, Time now) const {
  return record(Record{.id = {},
                       .to = mail.to,
                       .to_normalised = normalised(mail.to),
                       .template_name = mail.template_name,
                       .locale = mail.locale,
                       .message_id = {},
                       .limited = mail.limited,
                       .mail_class = class_for(mail.template_name),
                       .sealed_params = seal(mail.params),
                       .due_at = now},
                now);
}

RecordedMail Outbox::record(Record record, Time now) const {
  if (record.id.empty()) record.id = new_uuid7(now);
  record.message_id = record.id + '@' + message_domain_;
  record.created_at = now;
  record.date = record.due_at;
  record.add_event(now, "queued");
  auto item = to_item(record, now);
  auto entry = to_entry(record, look_after(record.due_at, now), now);
  return {std::move(record), {std::move(item), {}}, {std::move(entry), {}}};
}

std::string Outbox::seal(const json::object& params) const {
  return master_key_.seal(Secret(json::serialize(params)), seal_purpose);
}

json::object Outbox::open(std::string_view sealed_params) const {
  const auto text = master_key_.open(sealed_params, seal_purpose);
  if (!text) throw std::runtime_error("a queued mail does not open with this master key");
  return json::parse(text->expose()).as_object();
}

void Outbox::dispatch(const Record& record, Time now) {
  const auto delay = std::max(std::chrono::ceil<std::chrono::seconds>(record.due_at - now), std::chrono::seconds(0));
  if (delay > longest_delay) return;
  const auto kind = kind_for(record.mail_class);
  store::try_to_queue(log_, kind, record.id, [&] { queue_.send(kind, record.id, {.delay = delay}); });
}

std::size_t Outbox::queue_due(Time now) {
  return store::queue_lost(table_, queue_, pending_index, now, [](const store::Item& entry) {
    return store::NewMessage{std::string(kind_for(mail_class_of(entry))), std::string(id_in(entry))};
  });
}

void Outbox::forget(std::string_view email_normalised, std::optional<Time> until) {
  transport_.forget(email_normalised);
  // Strong, or DynamoDB might miss a mail that was recorded a moment ago.
  store::Query query{
      .pk = recipient_partition(email_normalised), .limit = 50, .consistency = store::Consistency::strong};
  if (until) query.sk_to = first_uuid7(*until + std::chrono::milliseconds(1));
  do {
    const auto page = table_.query(query);
    std::vector<store::Write> writes;
    for (const auto& entry : page.items) {
      writes.emplace_back(store::Delete{mail_key(id_in(entry))});
      writes.emplace_back(store::Delete{entry.key});
    }
    if (!writes.empty()) (void)table_.write(writes);  // without conditions it cannot be refused
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
}

}  // namespace voyages::email
