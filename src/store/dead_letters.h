#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/item_kind.h"
#include "store/queue.h"
#include "store/table.h"

namespace voyages::store {

/// Their keys.
inline constexpr ItemKind dead_letter_items[] = {
    {"DEAD#", "<letter_id>", "LETTER", "", "DEAD", "Queued work that failed for the last time."}};

/// A message that failed for the last time.
struct DeadLetter {
  std::string id;  // its own, a UUIDv7 of when it died
  QueueMessage message;
  std::string reason;
  Time died_at{};
};

/// All of them, newest first.
[[nodiscard]] Query dead_letters_query();
[[nodiscard]] DeadLetter to_dead_letter(const Item& item);

/// Some of the dead letters.
struct DeadLetterPage {
  std::vector<DeadLetter> items;
  std::string next_cursor;  // as of a `Page`
};

/// What failed for good, for people to look at: items in the table, on every engine. A letter is kept for 30 days, and
/// of very many the newest. Thread-safe.
class DeadLetters {
 public:
  DeadLetters(Table& table, Queue& queue, std::size_t most = 1000) : table_(table), queue_(queue), most_(most) {}

  /// Keeps the message; only then may its delivery be acknowledged. A message that the queue delivers once more after
  /// its end has two letters.
  void bury(const QueueMessage& message, std::string_view reason, Time now);
  /// Newest first; 1 to 1,000 at a time. Throws `InvalidCursor`.
  DeadLetterPage list(std::size_t limit, std::string_view cursor = {});
  /// Puts the message back into the queue, with its tries counted anew, and removes the letter; in this order, so that
  /// nothing gets lost. False when there is none of this id.
  bool retry(std::string_view id);
  /// False when there is none of this id.
  bool discard(std::string_view id);
  /// Removes the oldest beyond the most that are kept. `bury` does so now and then.
  void trim();

 private:
  Table& table_;
  Queue& queue_;
  const std::size_t most_;
  std::atomic<std::uint32_t> buried_ = 0;
};

}  // namespace voyages::store
