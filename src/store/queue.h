#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace voyages::store {

/// The message attribute (SQS, type String) that carries `QueueMessage::kind`: the adapter that sends writes it, the
/// runtime that is handed a batch reads it.
inline constexpr std::string_view kind_attribute = "kind";

/// Work to do later. `kind` names the worker (`email.send`): 1 to 64 characters of `[A-Za-z0-9._-]`; `body` is its
/// JSON: UTF-8, 1 byte to 256 KB, no control characters but tab and line ends, as in SQS.
struct QueueMessage {
  std::string id;
  std::string kind;
  std::string body;
  std::uint32_t attempt = 1;  // this is the n-th delivery
  Time enqueued_at{};
  std::string last_failure{};  // why the try before failed, if it said so and the queue remembers it
};

/// Work that a person waits for, or work that may take long: each class has workers and, on AWS, a queue of its own.
enum class WorkClass { quick, slow };
inline constexpr WorkClass all_work_classes[] = {WorkClass::quick, WorkClass::slow};

/// Which message of its class leaves first. SQS knows no such order: on Lambda more functions start instead.
enum class Priority { low, normal, high };
inline constexpr Priority all_priorities[] = {Priority::low, Priority::normal, Priority::high};

/// How a message is queued. A service says the delay alone: class and priority are those of the message's kind, which
/// the app fills in.
struct SendOptions {
  std::chrono::seconds delay{};
  WorkClass work_class = WorkClass::quick;
  Priority priority = Priority::normal;
};

/// Which messages a worker takes.
struct Wanted {
  WorkClass work_class = WorkClass::quick;
  std::vector<std::string> except{};  // kinds that it leaves to others; SQS cannot tell kinds apart and ignores this
};

/// A worker has a message for itself for so long before it asks for more time. What others receive later than that was
/// lost by a worker that died.
inline constexpr std::chrono::seconds usual_visibility{60};

/// As long as SQS delays a message.
inline constexpr std::chrono::seconds longest_delay = std::chrono::minutes(15);

/// 1 to 64 characters of `[A-Za-z0-9._-]`.
bool is_message_kind(std::string_view text);
/// Throws std::invalid_argument for a kind, body or delay that no adapter takes. Every adapter calls it first, so that
/// all refuse alike.
void validate_message(std::string_view kind, std::string_view body, std::chrono::seconds delay);

/// One delivery: `receipt` stands for it in `extend`, `acknowledge` and `release`, and is worth nothing once the
/// visibility timeout has passed and somebody else received the message.
struct Delivery {
  QueueMessage message;
  std::string receipt;
};

/// A message as it is sent.
struct NewMessage {
  std::string kind;
  std::string body;
  SendOptions options{};
};

/// The port for handing work to the queue: all that a domain sees. Thread-safe; when `send` returns, the message is
/// durable.
class Queue {
 public:
  virtual ~Queue() = default;
  /// Returns the message's id. It is delivered until a worker acknowledges it, at least once, not before the delay has
  /// passed. Throws std::invalid_argument as `validate_message` does.
  virtual std::string send(std::string_view kind, std::string_view body, const SendOptions& options = {}) = 0;
  /// The same for many, in as few steps as the engine can: here one by one. When it throws, some may have been sent.
  virtual void send_all(std::span<const NewMessage> messages) {
    for (const auto& message : messages) send(message.kind, message.body, message.options);
  }
};

/// The receiving side, for the loop that runs workers. On Lambda the platform does this part.
class QueueConsumer {
 public:
  virtual ~QueueConsumer() = default;
  /// Up to `limit` messages that are due, invisible to others until `visibility` has passed; empty when there are none.
  /// The highest priority first, and of each the one that has been due longest.
  virtual std::vector<Delivery> receive(const Wanted& wanted, std::size_t limit, std::chrono::seconds visibility) = 0;
  /// The work goes on: the message stays invisible for `visibility` from now. False when the queue can tell that the
  /// receipt is no longer valid.
  virtual bool extend(std::string_view receipt, std::chrono::seconds visibility) = 0;
  /// The work is done: the message is gone. False as above.
  virtual bool acknowledge(std::string_view receipt) = 0;
  /// The work failed: deliver again after `delay`.
  virtual bool release(std::string_view receipt, std::chrono::seconds delay, std::string_view reason) = 0;
  /// Sleeps until such a message may be due, or `timeout` has passed; false when it knows that none is.
  virtual bool wait_for_work(const Wanted& wanted, std::chrono::milliseconds timeout) = 0;
};

}  // namespace voyages::store
