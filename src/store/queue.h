#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
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
};

/// As long as SQS delays a message.
inline constexpr std::chrono::seconds longest_delay = std::chrono::minutes(15);

/// 1 to 64 characters of `[A-Za-z0-9._-]`.
bool is_message_kind(std::string_view text);
/// Throws std::invalid_argument for a kind, body or delay that no adapter takes. Every adapter calls it first, so that
/// all refuse alike.
void validate_message(std::string_view kind, std::string_view body, std::chrono::seconds delay);

/// One delivery: `receipt` stands for it in `acknowledge` and `release`, and is worth nothing once the visibility
/// timeout has passed and somebody else received the message.
struct Delivery {
  QueueMessage message;
  std::string receipt;
};

/// The port for handing work to the queue: all that a domain sees. Thread-safe; when `send` returns, the message is
/// durable.
class Queue {
 public:
  virtual ~Queue() = default;
  /// Returns the message's id. It is delivered at least once, not before `delay` has passed. Throws
  /// std::invalid_argument as `validate_message` does.
  virtual std::string send(std::string_view kind, std::string_view body, std::chrono::seconds delay = {}) = 0;
};

/// The receiving side, for the loop that runs workers. On Lambda the platform does this part.
class QueueConsumer {
 public:
  virtual ~QueueConsumer() = default;
  /// Up to `limit` messages that are due, invisible to others until `visibility` has passed; empty when there are none.
  virtual std::vector<Delivery> receive(std::size_t limit, std::chrono::seconds visibility) = 0;
  /// The work is done: the message is gone. False when the queue can tell that the receipt is no longer valid.
  virtual bool acknowledge(std::string_view receipt) = 0;
  /// The work failed: deliver again after `delay`, or, after the last attempt, move to the dead letters.
  virtual bool release(std::string_view receipt, std::chrono::seconds delay, std::string_view reason) = 0;
  /// Sleeps until a message may be due, or `timeout` has passed; false when it knows that none is.
  virtual bool wait_for_work(std::chrono::milliseconds timeout) = 0;
};

/// A message that failed for the last time.
struct DeadLetter {
  QueueMessage message;
  std::string reason;
  Time died_at{};
};

/// What failed for good, for people to look at.
class DeadLetters {
 public:
  virtual ~DeadLetters() = default;
  /// Newest first.
  virtual std::vector<DeadLetter> list(std::size_t limit) = 0;
  /// Puts the message back into the queue, with its attempts counted anew. False when there is none of this id.
  virtual bool retry(std::string_view id) = 0;
};

}  // namespace voyages::store
