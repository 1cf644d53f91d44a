#include "store/sqlite/expiry_cleaner.h"

#include <condition_variable>
#include <mutex>

namespace voyages::store::sqlite {

namespace {

constexpr std::size_t step_items = 200;
// Between full steps: time for others to write.
constexpr std::chrono::milliseconds breath{20};

}  // namespace

ExpiryCleaner::ExpiryCleaner(SqliteTable& table, std::chrono::milliseconds interval,
                             std::function<void(const std::exception&)> on_failure)
    : table_(table),
      interval_(interval),
      on_failure_(std::move(on_failure)),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

void ExpiryCleaner::loop(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any sleeping;
  while (!stop.stop_requested()) {
    const auto pause = step();
    std::unique_lock lock(mutex);
    sleeping.wait_for(lock, stop, pause, [] { return false; });
  }
}

std::chrono::milliseconds ExpiryCleaner::step() {
  try {
    return table_.clean_step(step_items) == step_items ? std::min(breath, interval_) : interval_;
  } catch (const std::exception& error) {
    if (on_failure_) on_failure_(error);
    return interval_;
  }
}

}  // namespace voyages::store::sqlite
