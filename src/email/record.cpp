#include "email/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/unavailable.h"

namespace voyages::email {

namespace {

namespace json = boost::json;

constexpr auto keep_final = std::chrono::days(7);
constexpr std::size_t max_events = 40;
constexpr std::size_t max_detail_bytes = 500;
constexpr int append_attempts = 5;

constexpr std::pair<Status, std::string_view> status_names[] = {
    {Status::queued, "QUEUED"},        {Status::sending, "SENDING"}, {Status::sent, "SENT"},
    {Status::retrying, "RETRYING"},    {Status::failed, "FAILED"},   {Status::cancelled, "CANCELLED"},
    {Status::suppressed, "SUPPRESSED"}};

constexpr std::string_view class_attribute = "class";
constexpr std::pair<MailClass, std::string_view> class_names[] = {
    {MailClass::urgent, "URGENT"}, {MailClass::transactional, "TRANSACTIONAL"}, {MailClass::bulk, "BULK"}};

std::string class_name(MailClass mail_class) {
  return std::string(
      std::ranges::find(class_names, mail_class, &std::pair<MailClass, std::string_view>::first)->second);
}

std::string text_member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<std::string> to_texts(const std::vector<Event>& events) {
  std::vector<std::string> texts;
  texts.reserve(events.size());
  for (const auto& event : events) {
    texts.push_back(
        json::serialize(json::object{{"at", to_ms(event.at)}, {"name", event.name}, {"detail", event.detail}}));
  }
  return texts;
}

std::vector<Event> to_events(const std::vector<std::string>& texts) {
  std::vector<Event> events;
  for (const auto& text : texts) {
    const auto object = json::parse(text).as_object();
    events.push_back({from_ms(object.at("at").as_int64()), text_member(object, "name"), text_member(object, "detail")});
  }
  return events;
}

std::vector<std::string> to_texts(const std::vector<StoredAttachment>& attachments) {
  std::vector<std::string> texts;
  texts.reserve(attachments.size());
  for (const auto& each : attachments) {
    texts.push_back(json::serialize(
        json::object{{"filename", each.filename}, {"content_type", each.content_type}, {"blob", each.blob}}));
  }
  return texts;
}

std::vector<StoredAttachment> to_attachments(const std::vector<std::string>& texts) {
  std::vector<StoredAttachment> attachments;
  for (const auto& text : texts) {
    const auto object = json::parse(text).as_object();
    attachments.push_back(
        {text_member(object, "filename"), text_member(object, "content_type"), text_member(object, "blob")});
  }
  return attachments;
}

}  // namespace

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

store::Key mail_key(std::string_view id) { return {std::string(mail_prefix) + std::string(id), "MAIL"}; }

std::string recipient_partition(std::string_view email_normalised) {
  return "MAIL#TO#" + std::string(email_normalised);
}

// One of before there were classes has none.
MailClass mail_class_of(const store::Item& item) {
  const auto* found =
      std::ranges::find(class_names, item.text(class_attribute), &std::pair<MailClass, std::string_view>::second);
  return found == std::end(class_names) ? MailClass::transactional : found->first;
}

store::Item to_item(const Record& record, Time now) {
  store::Item item{mail_key(record.id),
                   {{"to", record.to},
                    {"to_normalised", record.to_normalised},
                    {"template", record.template_name},
                    {"locale", record.locale},
                    {"message_id", record.message_id},
                    {"limited", record.limited},
                    {"caller", record.caller},
                    {std::string(class_attribute), class_name(record.mail_class)},
                    {"status", std::string(to_string(record.status))},
                    {"attempts", record.attempts},
                    {"created_at", to_ms(record.created_at)},
                    {"date", to_ms(record.date)},
                    {"due_at", to_ms(record.due_at)},
                    {"events", to_texts(record.events)}},
                   store::IndexKey{std::string(mail_prefix) + std::string(to_string(record.status)), record.id}};
  if (!record.sealed_params.empty()) item.attributes["params"] = store::Bytes{record.sealed_params};
  if (!record.attachments.empty()) item.attributes["attachments"] = to_texts(record.attachments);
  if (record.sent_at) item.attributes["sent_at"] = to_ms(*record.sent_at);
  if (!record.tried_by.empty()) item.attributes["tried_by"] = record.tried_by;
  if (is_final(record.status)) item.expires_at = now + keep_final;
  return item;
}

Record to_record(const store::Item& item) {
  const auto* params = item.find<store::Bytes>("params");
  const auto* sent_at = item.find<std::int64_t>("sent_at");
  return {.id = item.key.pk.substr(mail_prefix.size()),
          .to = std::string(item.text("to")),
          .to_normalised = std::string(item.text("to_normalised")),
          .template_name = std::string(item.text("template")),
          .locale = std::string(item.text("locale")),
          .message_id = std::string(item.text("message_id")),
          .limited = item.flag("limited"),
          .caller = std::string(item.text("caller")),
          .mail_class = mail_class_of(item),
          .sealed_params = params ? params->value : std::string(),
          .status = parse_status(item.text("status")).value(),
          .attempts = item.number("attempts"),
          .created_at = from_ms(item.number("created_at")),
          .date = from_ms(item.number("date")),
          .due_at = from_ms(item.number("due_at")),
          .sent_at = sent_at ? std::optional(from_ms(*sent_at)) : std::nullopt,
          .tried_by = std::string(item.text("tried_by")),
          .attachments = to_attachments(item.list("attachments")),
          .events = to_events(item.list("events"))};
}

std::optional<Record> find_record(store::Table& table, std::string_view id) {
  const auto item = get(table, mail_key(id));
  if (!item) return std::nullopt;
  return to_record(*item);
}

bool append_event(store::Table& table, std::string_view id, const Event& event) {
  for (int i = 0; i < append_attempts; ++i) {
    auto record = find_record(table, id);
    if (!record || std::ranges::find(record->events, event) != record->events.end()) return false;
    if (record->status == Status::sending) throw Unavailable("a worker is at this mail");
    auto as_it_was = to_texts(record->events);
    record->add_event(event.at, event.name, event.detail);
    const store::Write write =
        store::Update{.key = mail_key(id),
                      .set = {{"events", to_texts(record->events)}},
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
  store::Item entry{{recipient_partition(record.to_normalised), record.id},
                    {{"look_at", to_ms(look_at)}, {std::string(class_attribute), class_name(record.mail_class)}}};
  if (is_final(record.status)) {
    entry.expires_at = now + keep_final;
  } else {
    entry.index = store::IndexKey{std::string(pending_index), pending_before(look_at) + "#" + record.id};
  }
  return entry;
}

std::string pending_before(Time time) { return fmt::format("{:015}", to_ms(time)); }

}  // namespace voyages::email
