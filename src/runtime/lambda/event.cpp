#include "runtime/lambda/event.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/encoding.h"
#include "base/json_members.h"
#include "base/strict_json.h"
#include "http/router.h"
#include "runtime/lambda/http_event.h"

namespace voyages::runtime::lambda {

namespace {

namespace json = boost::json;

// SQS hands out at most 10,000 messages at once, S3 and SNS one record; the payload's size bounds them all.
constexpr std::size_t most_records = 10'000;

// SQS writes its numbers as text.
std::optional<std::int64_t> number_in(const json::object& object, std::string_view name) {
  const auto text = text_in(object, name);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < 0) return std::nullopt;
  return number;
}

std::optional<store::QueueMessage> queue_message(const json::object& record, std::string_view id) {
  if (text_in(record, "eventSource") != "aws:sqs") return std::nullopt;
  const auto* message_attributes = object_in(record, "messageAttributes");
  const auto* attribute = message_attributes ? object_in(*message_attributes, store::kind_attribute) : nullptr;
  const auto kind = attribute ? text_in(*attribute, "stringValue") : std::nullopt;
  const auto body = text_in(record, "body");
  if (!kind || !store::is_message_kind(*kind) || !body) return std::nullopt;
  store::QueueMessage message{.id = std::string(id), .kind = std::string(*kind), .body = std::string(*body)};
  if (const auto* attributes = object_in(record, "attributes")) {
    const auto attempt = number_in(*attributes, "ApproximateReceiveCount").value_or(1);
    message.attempt = static_cast<std::uint32_t>(std::clamp<std::int64_t>(attempt, 1, 1'000'000));
    message.enqueued_at = from_ms(number_in(*attributes, "SentTimestamp").value_or(0));
  }
  return message;
}

std::expected<Event, EventFault> queue_batch(const json::array& records) {
  QueueBatch batch;
  for (const auto& each : records) {
    const auto* record = each.if_object();
    const auto id = record ? text_in(*record, "messageId") : std::nullopt;
    // An item without a name cannot be reported, and to report an empty one fails the whole batch: refuse it at once.
    if (!id || id->empty()) return refuse_event("A queued message has no messageId.");
    batch.items.push_back({std::string(*id), queue_message(*record, *id)});
  }
  return batch;
}

std::expected<Event, EventFault> uploads(const json::array& records) {
  Uploads uploads;
  for (const auto& each : records) {
    const auto* record = each.if_object();
    const auto name = record ? text_in(*record, "eventName") : std::nullopt;
    if (!name) return refuse_event("A record of S3 has no eventName.");
    if (!name->starts_with("ObjectCreated:")) continue;
    const auto* s3 = object_in(*record, "s3");
    const auto* bucket = s3 ? object_in(*s3, "bucket") : nullptr;
    const auto* object = s3 ? object_in(*s3, "object") : nullptr;
    const auto bucket_name = bucket ? text_in(*bucket, "name") : std::nullopt;
    const auto encoded_key = object ? text_in(*object, "key") : std::nullopt;
    // S3 user guide, "Event message structure": the key is URL encoded, as a form is.
    auto key = encoded_key ? http::percent_decode(*encoded_key, true) : std::nullopt;
    if (!bucket_name || bucket_name->empty() || !key || key->empty()) {
      return refuse_event("A record of S3 has no bucket, or no key that can be decoded.");
    }
    const auto* size = object->if_contains("size");
    uploads.objects.push_back({.bucket = std::string(*bucket_name),
                               .key = std::move(*key),
                               .size_bytes = size && size->is_int64() && size->get_int64() > 0
                                                 ? static_cast<std::uint64_t>(size->get_int64())
                                                 : 0});
  }
  if (uploads.objects.empty()) return NothingToDo{};
  return uploads;
}

std::expected<Event, EventFault> notifications(const json::array& records) {
  Notifications notifications;
  for (const auto& each : records) {
    const auto* record = each.if_object();
    const auto* sns = record ? object_in(*record, "Sns") : nullptr;
    const auto topic = sns ? text_in(*sns, "TopicArn") : std::nullopt;
    const auto id = sns ? text_in(*sns, "MessageId") : std::nullopt;
    const auto message = sns ? text_in(*sns, "Message") : std::nullopt;
    if (!topic || !id || !message) return refuse_event("A record of SNS has no TopicArn, MessageId or Message.");
    notifications.notifications.push_back({.topic_arn = std::string(*topic),
                                           .message_id = std::string(*id),
                                           .subject = std::string(text_in(*sns, "Subject").value_or("")),
                                           .message = std::string(*message)});
  }
  return notifications;
}

std::expected<Event, EventFault> records(const json::array& records) {
  if (records.size() > most_records) return refuse_event("There are too many records.");
  const auto* first = records.empty() ? nullptr : records.front().if_object();
  if (!first) return refuse_event("There are no records.");
  if (text_in(*first, "eventSource") == "aws:sqs") return queue_batch(records);
  if (text_in(*first, "eventSource") == "aws:s3") return uploads(records);
  if (text_in(*first, "EventSource") == "aws:sns") return notifications(records);
  return std::unexpected(EventFault{unknown_event, "Records of no source that this program knows."});
}

bool is_schedule(const json::object& event) {
  const auto source = text_in(event, "source");
  if (source == schedule_source) return true;
  // EventBridge user guide: the event of a rule, and that of a Scheduler without an input of its own.
  return (source == "aws.events" || source == "aws.scheduler") && text_in(event, "detail-type") == "Scheduled Event";
}

}  // namespace

std::expected<Event, EventFault> parse_event(std::string_view text, const RequestLimits& limits) {
  const auto parsed = parse_strict_json(text);
  if (!parsed) return refuse_event("The event is not strict JSON in UTF-8, or nested too deep.");
  const auto* event = parsed->if_object();
  if (!event) return refuse_event("The event is not an object.");
  if (is_http_event(*event)) {
    auto call = read_http_event(*event, limits);
    if (!call) return std::unexpected(call.error());
    return std::move(*call);
  }
  if (const auto* list = event->if_contains("Records"); list && list->is_array()) return records(list->get_array());
  if (is_schedule(*event)) return ScheduleTick{};
  if (text_in(*event, "Event") == "s3:TestEvent") return NothingToDo{};
  return std::unexpected(EventFault{unknown_event, "An event of no kind that this program knows."});
}

}  // namespace voyages::runtime::lambda
