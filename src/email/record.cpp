#include "email/record.h"

#include <algorithm>
#include <array>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <iterator>

#include "base/unavailable.h"
#include "email/table_keys.h"
#include "store/pending.h"
#include "store/record.h"

namespace voyages::store {

template <>
inline constexpr auto stored<email::Record> =
    std::to_array<Stored>({{.member = "template_name", .attribute = "template"},
                           {.member = "sealed_params", .attribute = "params", .as_bytes = true, .unless_empty = true},
                           {.member = "mail_class", .attribute = "class"},
                           {.member = "tried_by", .unless_empty = true},
                           {.member = "attachments", .unless_empty = true}});

}  // namespace voyages::store

namespace voyages::email {

namespace {

constexpr std::string_view params_attribute = "params";

namespace json = boost::json;

constexpr auto keep_final = std::chrono::days(7);
constexpr std::size_t max_events = 40;
constexpr std::size_t max_detail_bytes = 500;
constexpr int append_attempts = 5;

constexpr std::pair<Status, std::string_view> status_names[] = {
    {Status::queued, "QUEUED"},        {Status::sending, "SENDING"}, {Status::sent, "SENT"},
    {Status::retrying, "RETRYING"},    {Status::failed, "FAILED"},   {Status::cancelled, "CANCELLED"},
    {Status::suppressed, "SUPPRESSED"}};

// An item of before there were classes has none. The last name of a class is the one that is written.
constexpr std::pair<MailClass, std::string_view> class_names[] = {{MailClass::transactional, ""},
                                                                  {MailClass::urgent, "URGENT"},
                                                                  {MailClass::transactional, "TRANSACTIONAL"},
                                                                  {MailClass::bulk, "BULK"}};
constexpr std::string_view class_attribute = "class";
constexpr std::string_view limited_attribute = "limited";
constexpr std::string_view suppressed_attribute = "suppressed";

std::string text_member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

BOOST_DESCRIBE_STRUCT(Record, (),
                      (to, to_normalised, template_name, locale, message_id, limited, caller, mail_class, sealed_params,
                       status, attempts, created_at, date, due_at, sent_at, tried_by, attachments, events))

// Found by their arguments (store/record.h).
store::EnumNames<Status> enum_names(Status) { return status_names; }
store::EnumNames<MailClass> enum_names(MailClass) { return class_names; }

std::string to_stored_text(const Event& event) {
  return json::serialize(json::object{{"at", to_ms(event.at)}, {"name", event.name}, {"detail", event.detail}});
}

void read_stored_text(std::string_view text, Event& event) {
  const auto object = json::parse(text).as_object();
  event = {from_ms(object.at("at").as_int64()), text_member(object, "name"), text_member(object, "detail")};
}

std::string to_stored_text(const StoredAttachment& attachment) {
  return json::serialize(json::object{
      {"filename", attachment.filename}, {"content_type", attachment.content_type}, {"blob", attachment.blob}});
}

void read_stored_text(std::string_view text, StoredAttachment& attachment) {
  const auto object = json::parse(text).as_object();
  attachment = {text_member(object, "filename"), text_member(object, "content_type"), text_member(object, "blob")};
}

std::string_view to_string(Status status) {
  return std::ranges::find(status_names, status, &std::pair<Status, std::string_view>::first)->second;
}

std::optional<Status> parse_status(std::string_view text) {
  const auto* found = std::ranges::find(status_names, text, &std::pair<Status, std::string_view>::second);
  if (found == std::end(status_names)) return std::nullopt;
  return found->first;
}

bool is_final(Status status) {
  return status != Status::queued && status != Status::sending && status != Status::retrying;
}

void Record::add_event(Time at, std::string_view name, std::string_view detail) {
  if (events.size() == max_events) events.erase(events.begin() + 1);
  events.push_back({at, std::string(name), std::string(detail.substr(0, max_detail_bytes))});
}

store::Key mail_key(std::string_view id) {
  return {std::string(mail_prefix) + std::string(id), std::string(table_keys::mail_item)};
}

std::string recipient_partition(std::string_view email_normalised) {
  return store::key_part(table_keys::recipient, email_normalised);
}

MailClass mail_class_of(const store::Item& item) {
  const auto* found =
      std::ranges::find(class_names, item.text(class_attribute), &std::pair<MailClass, std::string_view>::second);
  return found == std::end(class_names) ? MailClass::transactional : found->first;
}

store::Item to_item(const Record& record, Time now) {
  store::Item item{mail_key(record.id), store::to_attributes(record),
                   store::IndexKey{std::string(mail_prefix) + std::string(to_string(record.status)), record.id}};
  if (is_final(record.status)) item.expires_at = now + keep_final;
  return item;
}

Record to_record(const store::Item& item) {
  auto record = store::from_item<Record>(item);
  record.id = item.key.pk.substr(mail_prefix.size());
  return record;
}

std::vector<std::string> listed_attributes() {
  auto names = store::attribute_names<Record>();
  std::erase(names, params_attribute);
  return names;
}

std::optional<Record> find_record(store::Table& table, std::string_view id) {
  const auto item = get(table, mail_key(id));
  if (!item) return std::nullopt;
  return to_record(*item);
}

namespace {

std::vector<std::string> events_of(const Record& record) {
  std::vector<std::string> texts;
  std::ranges::transform(record.events, std::back_inserter(texts),
                         [](const Event& event) { return to_stored_text(event); });
  return texts;
}

}  // namespace

bool append_event(store::Table& table, std::string_view id, const Event& event) {
  for (int i = 0; i < append_attempts; ++i) {
    auto record = find_record(table, id);
    if (!record || std::ranges::find(record->events, event) != record->events.end()) return false;
    if (record->status == Status::sending) throw Unavailable("a worker is at this mail");
    auto as_it_was = events_of(*record);
    record->add_event(event.at, event.name, event.detail);
    const store::Write write =
        store::Update{.key = mail_key(id),
                      .set = {{"events", events_of(*record)}},
                      .conditions = {store::equals("status", std::string(to_string(record->status))),
                                     store::equals("events", std::move(as_it_was))}};
    if (table.write({&write, 1})) return true;
  }
  throw Unavailable("others keep writing to this mail's record");
}

std::vector<store::Condition> unchanged(const Record& record) {
  return {store::equals("status", std::string(to_string(record.status))), store::equals("attempts", record.attempts)};
}

store::Item to_entry(const Record& record, Time look_at, Time now) {
  store::Item entry{{recipient_partition(record.to_normalised), record.id}};
  if (record.limited) entry.attributes[std::string(limited_attribute)] = true;
  if (record.status == Status::suppressed) entry.attributes[std::string(suppressed_attribute)] = true;
  if (is_final(record.status)) {
    entry.expires_at = now + keep_final;
  } else {
    store::set_pending(entry, pending_index, record.id, look_at);
    // What the janitor queues again keeps its class.
    for (const auto& [mail_class, name] : class_names) {
      if (mail_class == record.mail_class) entry.attributes[std::string(class_attribute)] = std::string(name);
    }
  }
  return entry;
}

bool is_by_stranger(const store::Item& entry) { return entry.flag(limited_attribute); }

bool counts_for_recipient(const store::Item& entry) { return !entry.flag(suppressed_attribute); }

}  // namespace voyages::email
