#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace voyages::aws {

/// This machine's clock, corrected by what a service said when it refused a signature from another time. Thread-safe.
class CheckedClock {
 public:
  /// By how much services let a signature's time be wrong, less a minute.
  static constexpr std::chrono::minutes forgiven{4};

  explicit CheckedClock(const Clock& clock) : clock_(clock) {}

  [[nodiscard]] Time now() const { return clock_.now() + std::chrono::milliseconds(correction_ms_); }
  /// `date`: the answer's field of that name. How far the corrected clock was ahead (behind: below zero), when that is
  /// more than is forgiven; then it is set right.
  std::optional<std::chrono::seconds> correct_by(std::string_view date);
  /// How far this machine's own clock is ahead of the services', as far as is known.
  [[nodiscard]] std::chrono::seconds ahead_by() const;

 private:
  const Clock& clock_;
  std::atomic<std::chrono::milliseconds::rep> correction_ms_{0};
};

}  // namespace voyages::aws
