#include "email/outbox.h"

#include <algorithm>
#include <stdexcept>

#include "base/email_address.h"
#include "base/uuid.h"

namespace voyages::email {

namespace {

namespace json = boost::json;

constexpr std::string_view seal_purpose = "email.params";
constexpr auto lost_after = std::chrono::minutes(2);
constexpr auto look_again_after = std::chrono::hours(1);
// What is due later waits in the outbox alone.
constexpr auto longest_delay = store::longest_delay;
constexpr std::size_t page_size = 100;
constexpr std::size_t most_a_call = 10'000;

// Of our own services' mails those that somebody waits for.
constexpr std::string_view urgent_templates[] = {"reset_password", "verify_email", "invite"};

MailClass class_for(std::string_view template_name) {
  const auto* found = std::ranges::find(urgent_templates, template_name);
  return found == std::end(urgent_templates) ? MailClass::transactional : MailClass::urgent;
}

// One spelling per mailbox.
std::string normalised(const std::string& to) {
  const auto email = Email::parse(to);
  return email ? email->normalised() : to;
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

Time look_after(Time due_at, Time now) { return due_at - now > longest_delay ? due_at : due_at + lost_after; }

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
  try {
    queue_.send(kind_for(record.mail_class), record.id, {.delay = delay});
  } catch (const std::exception& exception) {
    log_.warn("a recorded mail was not queued; it will be in some minutes",
              {{"mail", record.id}, {"error", exception.what()}});
  }
}

std::size_t Outbox::queue_due(Time now) {
  std::size_t count = 0;
  store::Query query{.source = store::Query::Source::index,
                     .pk = std::string(pending_index),
                     .sk_to = pending_before(now),
                     .limit = page_size};
  do {
    // Each one that was queued moves on in the index, but the index may show it in its old place for a while.
    const auto page = table_.query(query);
    for (const auto& entry : page.items) {
      queue_.send(kind_for(mail_class_of(entry)), id_in(entry));
      const auto look_at = now + look_again_after;
      const store::Write write = store::Update{
          .key = entry.key,
          .set = {{"look_at", to_ms(look_at)}},
          .index = store::IndexKey{std::string(pending_index), pending_before(look_at) + "#" + id_in(entry)},
          .conditions = {store::equals("look_at", entry.number("look_at"))}};
      (void)table_.write({&write, 1});  // refused when it has just been sent
      ++count;
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty() && count < most_a_call);
  return count;
}

void Outbox::forget(std::string_view email_normalised) {
  transport_.forget(email_normalised);
  store::Query query{.pk = recipient_partition(email_normalised), .limit = 50};
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
