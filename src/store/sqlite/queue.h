#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/queue.h"
#include "store/sqlite/database.h"

namespace voyages::store::sqlite {

/// How many messages there are, for the metrics.
struct QueueDepth {
  std::size_t ready = 0;    // due now
  std::size_t waiting = 0;  // delayed, or in a worker's hands

  bool operator==(const QueueDepth&) const = default;
};

/// The queue in SQLite: both classes in one table.
class SqliteQueue final : public Queue, public QueueConsumer {
 public:
  SqliteQueue(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  std::string send(std::string_view kind, std::string_view body, const SendOptions& options = {}) override;
  /// All or none.
  void send_all(std::span<const NewMessage> messages) override;

  std::vector<Delivery> receive(const Wanted& wanted, std::size_t limit, std::chrono::seconds visibility) override;
  bool extend(std::string_view receipt, std::chrono::seconds visibility) override;
  bool acknowledge(std::string_view receipt) override;
  bool release(std::string_view receipt, std::chrono::seconds delay, std::string_view reason) override;
  /// A message of another process is noticed at the next call.
  bool wait_for_work(const Wanted& wanted, std::chrono::milliseconds timeout) override;

  /// Makes due at once what was received and neither acknowledged nor released, and returns how many that were. For a
  /// process that has the data to itself and has not received anything yet: all other receivers are dead.
  std::size_t return_unfinished();

  QueueDepth depth();

 private:
  std::optional<std::int64_t> earliest_due_ms(const Wanted& wanted);
  void announce(std::string_view kind);
  [[nodiscard]] std::uint64_t announcements(const Wanted& wanted) const;

  Database& database_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable news_;
  // By kind, so that no worker wakes for what it leaves to others.
  std::map<std::string, std::uint64_t, std::less<>> announcements_;
};

}  // namespace voyages::store::sqlite
