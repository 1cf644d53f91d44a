#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "http/message.h"
#include "store/queue.h"

namespace voyages::runtime::lambda {

/// An object that arrived in a bucket.
struct UploadedObject {
  std::string bucket;
  std::string key;  // decoded
  std::uint64_t size_bytes = 0;
};

/// A message published to an SNS topic.
struct Notification {
  std::string topic_arn;
  std::string message_id;
  std::string subject;
  std::string message;
};

/// The doors of the application, one per kind of event. Each event may come more than once. What throws is reported as
/// failed, so that the platform brings it again.
class Application {
 public:
  virtual ~Application() = default;
  virtual http::Handler& front_door() = 0;
  virtual void work(const store::QueueMessage& message) = 0;
  /// Does what is due. What has not begun at `begin_before` is left to the next tick, except that one piece is begun in
  /// any case.
  virtual void tick(Time begin_before) = 0;
  virtual void uploaded(const UploadedObject& object) = 0;
  virtual void notified(const Notification& notification) = 0;
};

}  // namespace voyages::runtime::lambda
