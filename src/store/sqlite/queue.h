#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "base/clock.h"
#include "store/queue.h"
#include "store/sqlite/database.h"

namespace voyages::store::sqlite {

/// How many messages there are, for the metrics.
struct QueueDepth {
  std::size_t ready = 0;    // due now
  std::size_t waiting = 0;  // delayed, or in a worker's hands
  std::size_t dead = 0;

  bool operator==(const QueueDepth&) const = default;
};

/// The queue in SQLite: the oldest due message first.
class SqliteQueue final : public Queue, public QueueConsumer, public DeadLetters {
 public:
  SqliteQueue(Database& database, const Clock& clock, std::uint32_t max_attempts = 8)
      : database_(database), clock_(clock), max_attempts_(max_attempts) {}

  std::string send(std::string_view kind, std::string_view body, std::chrono::seconds delay = {}) override;

  std::vector<Delivery> receive(std::size_t limit, std::chrono::seconds visibility) override;
  bool acknowledge(std::string_view receipt) override;
  bool release(std::string_view receipt, std::chrono::seconds delay, std::string_view reason) override;
  /// A message of another process is noticed at the next call.
  bool wait_for_work(std::chrono::milliseconds timeout) override;

  std::vector<DeadLetter> list(std::size_t limit) override;
  bool retry(std::string_view id) override;

  /// Makes due at once what was received and neither acknowledged nor released, and returns how many that were. For a
  /// process that has the data to itself and has not received anything yet: all other receivers are dead.
  std::size_t return_unfinished();

  QueueDepth depth();

 private:
  std::optional<std::int64_t> earliest_due_ms();
  void announce();

  Database& database_;
  const Clock& clock_;
  const std::uint32_t max_attempts_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::uint64_t announcements_ = 0;
};

}  // namespace voyages::store::sqlite
