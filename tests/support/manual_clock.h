#pragma once

#include <atomic>
#include <chrono>

#include "base/clock.h"

namespace voyages::tests {

/// A clock that stands still until a test moves it. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time now = from_epoch_s(1'800'000'000)) : now_ms_(now.time_since_epoch().count()) {}

  [[nodiscard]] Time now() const override { return Time{std::chrono::milliseconds{now_ms_.load()}}; }
  void set(Time now) { now_ms_ = now.time_since_epoch().count(); }
  void advance(std::chrono::milliseconds by) { now_ms_ += by.count(); }

 private:
  std::atomic<std::chrono::milliseconds::rep> now_ms_;
};

}  // namespace voyages::tests
