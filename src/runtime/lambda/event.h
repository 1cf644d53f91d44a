#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/message.h"
#include "runtime/lambda/application.h"
#include "runtime/server/options.h"
#include "runtime/server/rejection.h"
#include "store/queue.h"

namespace voyages::runtime::lambda {

/// A request to the function's URL, or the reason why it is refused as `serve` would refuse it.
struct HttpCall {
  http::Request request{};
  std::optional<Rejection> rejection{};
};

/// Messages from SQS. One that cannot be read fails alone.
struct QueueBatch {
  struct Item {
    std::string id;
    std::optional<store::QueueMessage> message;
  };
  std::vector<Item> items{};
};

/// Objects that were created in a bucket.
struct Uploads {
  std::vector<UploadedObject> objects{};
};

/// Messages from SNS.
struct Notifications {
  std::vector<Notification> notifications{};
};

/// The schedule's turn.
struct ScheduleTick {};

/// Known, and nothing to do: S3's test of a new subscription, or an object that went.
struct NothingToDo {};

using Event = std::variant<HttpCall, QueueBatch, Uploads, Notifications, ScheduleTick, NothingToDo>;

/// Why an event is refused. The texts are fixed, so that nothing of the event gets into the log.
struct EventFault {
  std::string_view type;
  std::string_view message;
};

inline constexpr std::string_view invalid_event = "Runtime.InvalidEvent";
inline constexpr std::string_view unknown_event = "Runtime.UnknownEvent";

inline std::unexpected<EventFault> refuse_event(std::string_view message) {
  return std::unexpected(EventFault{invalid_event, message});
}

/// What a `tick` is told apart by: the `source` that the template gives to EventBridge Scheduler as its input,
/// `{"source":"voyages.schedule"}`. A rule's own event ("Scheduled Event" of aws.events) does as well.
inline constexpr std::string_view schedule_source = "voyages.schedule";

/// Tells by its shape what an event is, and reads it.
std::expected<Event, EventFault> parse_event(std::string_view json, const RequestLimits& limits);

}  // namespace voyages::runtime::lambda
