#include "aws/sqs/queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "base/encoding.h"
#include "base/json_members.h"
#include "base/strict_json.h"
#include "base/url.h"

namespace voyages::aws::sqs {

namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr std::size_t max_batch = 10;
// What SQS takes in one call is 256 KiB, with kinds and all.
constexpr std::size_t max_batch_bytes = 200'000;
constexpr seconds longest_wait{20};
constexpr seconds longest_visibility = std::chrono::hours(12);
// All tries together end before a caller, or the deadline of a function, has given up.
constexpr std::chrono::milliseconds time_to_answer{3'000};

// SQS writes the numbers among its attributes as texts.
std::int64_t number(const json::object& attributes, std::string_view name, std::int64_t otherwise) {
  const std::string digits(text_or_empty(attributes, name));
  std::int64_t value = 0;
  const auto* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, value);
  return error == std::errc() && rest == end ? value : otherwise;
}

// A message that others put into the queue may have no kind: no worker takes it, so it ends with the dead letters.
std::string kind_of(const json::object& message) {
  const auto* attributes = object_in(message, "MessageAttributes");
  const auto* kind = attributes ? object_in(*attributes, store::kind_attribute) : nullptr;
  return kind ? std::string(text_or_empty(*kind, "StringValue")) : std::string();
}

// A receipt of ours begins with the letter of its queue.
constexpr char letter(store::WorkClass of) { return of == store::WorkClass::slow ? 's' : 'q'; }

store::Delivery to_delivery(const json::object& message, store::WorkClass of) {
  const auto* found = object_in(message, "Attributes");
  const auto& attributes = found ? *found : json::object();
  const auto attempt = std::clamp<std::int64_t>(number(attributes, "ApproximateReceiveCount", 1), 1, 1'000'000);
  return {.message = {.id = std::string(text_or_empty(message, "MessageId")),
                      .kind = kind_of(message),
                      .body = std::string(text_or_empty(message, "Body")),
                      .attempt = static_cast<std::uint32_t>(attempt),
                      .enqueued_at = from_ms(number(attributes, "SentTimestamp", 0))},
          .receipt = letter(of) + std::string(text_or_empty(message, "ReceiptHandle"))};
}

// What these say of a receipt is that it stands for nothing.
bool is_about_receipt(const Refused& refused) {
  constexpr std::string_view codes[] = {"ReceiptHandleIsInvalid", "MessageNotInflight", "InvalidParameterValue",
                                        "InvalidParameterValueException"};
  return std::ranges::find(codes, refused.code) != std::end(codes);
}

void validate_url(const std::string& url) {
  const auto parts = split_url(url);
  if (!parts || !parts->rest.starts_with('/') || !is_utf8(url)) {
    throw std::invalid_argument("'" + url +
                                "' is not the URL of an SQS queue, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME");
  }
}

QueueOptions validated(QueueOptions options) {
  if (options.slow_url.empty()) options.slow_url = options.url;
  validate_url(options.url);
  validate_url(options.slow_url);
  options.wait = std::clamp(options.wait, seconds{0}, longest_wait);
  return options;
}

// The members of a message, in SendMessage as in an entry of SendMessageBatch.
json::object message_of(std::string_view kind, std::string_view body, seconds delay) {
  const json::object kind_attribute{{"DataType", "String"}, {"StringValue", kind}};
  return {{"MessageBody", body},
          {"DelaySeconds", delay.count()},
          {"MessageAttributes", {{store::kind_attribute, kind_attribute}}}};
}

}  // namespace

SqsQueue::SqsQueue(Client& client, QueueOptions options) : client_(client), options_(validated(std::move(options))) {}

std::string SqsQueue::send(std::string_view kind, std::string_view body, const store::SendOptions& options) {
  store::validate_message(kind, body, options.delay);
  const auto answer = call(options.work_class, "SendMessage", message_of(kind, body, options.delay));
  std::string id(text_or_empty(answer, "MessageId"));
  if (id.empty()) throw Unavailable("SQS answered SendMessage without a MessageId");
  return id;
}

void SqsQueue::send_all(std::span<const store::NewMessage> messages) {
  for (const auto& message : messages) store::validate_message(message.kind, message.body, message.options.delay);
  for (const auto to : store::all_work_classes) {
    std::vector<const store::NewMessage*> batch;
    std::size_t bytes = 0;
    for (const auto& message : messages) {
      if (message.options.work_class != to) continue;
      if (batch.size() == max_batch || (!batch.empty() && bytes + message.body.size() > max_batch_bytes)) {
        send_batch(to, batch);
        batch.clear();
        bytes = 0;
      }
      batch.push_back(&message);
      bytes += message.body.size();
    }
    if (!batch.empty()) send_batch(to, batch);
  }
}

void SqsQueue::send_batch(store::WorkClass to, std::span<const store::NewMessage* const> messages) {
  json::array entries;
  for (const auto* message : messages) {
    auto entry = message_of(message->kind, message->body, message->options.delay);
    entry["Id"] = std::to_string(entries.size());
    entries.push_back(std::move(entry));
  }
  const auto answer = call(to, "SendMessageBatch", {{"Entries", std::move(entries)}});
  const auto* sent = answer.if_contains("Successful");
  const auto count = sent && sent->is_array() ? sent->get_array().size() : 0;
  if (count < messages.size()) {
    throw Unavailable(fmt::format("SQS took {} of {} messages of a SendMessageBatch", count, messages.size()));
  }
}

std::vector<store::Delivery> SqsQueue::receive(const store::Wanted& wanted, std::size_t limit, seconds visibility) {
  std::vector<store::Delivery> deliveries;
  auto wait = options_.wait;
  while (deliveries.size() < limit) {
    const auto asked = std::min(limit - deliveries.size(), max_batch);
    std::vector<store::Delivery> batch;
    try {
      batch = receive_batch(wanted.work_class, asked, visibility, wait);
    } catch (const Unavailable&) {
      if (deliveries.empty()) throw;
      return deliveries;  // those that came before must be worked on
    }
    std::ranges::move(batch, std::back_inserter(deliveries));
    if (batch.size() < asked) break;
    wait = {};
  }
  return deliveries;
}

std::vector<store::Delivery> SqsQueue::receive_batch(store::WorkClass of, std::size_t limit, seconds visibility,
                                                     seconds wait) {
  const auto answer = call(of, "ReceiveMessage",
                           {{"MaxNumberOfMessages", limit},
                            {"VisibilityTimeout", std::clamp(visibility, seconds{0}, longest_visibility).count()},
                            {"WaitTimeSeconds", wait.count()},
                            {"MessageSystemAttributeNames", {"ApproximateReceiveCount", "SentTimestamp"}},
                            {"MessageAttributeNames", {store::kind_attribute}}},
                           wait);
  std::vector<store::Delivery> deliveries;
  const auto* messages = answer.if_contains("Messages");
  if (!messages || messages->is_null()) return deliveries;
  if (!messages->is_array()) throw Unavailable("SQS answered ReceiveMessage with messages that are no list");
  for (const auto& message : messages->get_array()) {
    if (!message.is_object()) continue;
    auto delivery = to_delivery(message.get_object(), of);
    if (delivery.receipt.size() > 1) deliveries.push_back(std::move(delivery));
  }
  return deliveries;
}

bool SqsQueue::extend(std::string_view receipt, seconds visibility) {
  return call_about(receipt, "ChangeMessageVisibility",
                    {{"VisibilityTimeout", std::clamp(visibility, seconds{0}, longest_visibility).count()}});
}

bool SqsQueue::acknowledge(std::string_view receipt) { return call_about(receipt, "DeleteMessage", {}); }

// SQS knows one way to say when a message is delivered again.
bool SqsQueue::release(std::string_view receipt, seconds delay, std::string_view /*reason*/) {
  return extend(receipt, delay);
}

bool SqsQueue::call_about(std::string_view receipt, std::string_view operation, json::object input) {
  const auto* of = std::ranges::find_if(store::all_work_classes,
                                        [&](store::WorkClass each) { return receipt.starts_with(letter(each)); });
  if (of == std::end(store::all_work_classes) || receipt.size() < 2 || !is_utf8(receipt)) return false;
  input["ReceiptHandle"] = receipt.substr(1);
  try {
    call(*of, operation, input);
    return true;
  } catch (const Refused& refused) {
    if (!is_about_receipt(refused)) throw;
    return false;
  }
}

// Amazon SQS API Reference, "Make a POST request" with the JSON protocol.
json::object SqsQueue::call(store::WorkClass of, std::string_view operation, const json::object& input, seconds wait) {
  auto body = input;
  body["QueueUrl"] = of == store::WorkClass::slow ? options_.slow_url : options_.url;
  http::Request request{.method = http::Method::post, .target = "/", .body = json::serialize(body)};
  request.headers.add("Content-Type", "application/x-amz-json-1.0");
  request.headers.add("X-Amz-Target", "AmazonSQS." + std::string(operation));
  const auto response = client_.call({.service = service::sqs,
                                      .operation = operation,
                                      .request = std::move(request),
                                      .timeout = time_to_answer + wait});
  if (response.content().empty()) return {};
  auto answer = parse_strict_json(response.content());
  if (!answer || !answer->is_object()) {
    throw Unavailable("SQS answered " + std::string(operation) + " with what is no JSON object");
  }
  return std::move(answer->get_object());
}

}  // namespace voyages::aws::sqs
