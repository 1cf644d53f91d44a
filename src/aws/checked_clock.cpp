#include "aws/checked_clock.h"

#include "base/http_date.h"

namespace voyages::aws {

std::optional<std::chrono::seconds> CheckedClock::correct_by(std::string_view date) {
  const auto theirs = parse_http_date(date);
  if (!theirs) return std::nullopt;
  const auto uncorrected = clock_.now();
  auto correction_ms = correction_ms_.load();
  std::chrono::milliseconds ahead{};
  do {
    ahead = uncorrected + std::chrono::milliseconds(correction_ms) - *theirs;
    if (std::chrono::abs(ahead) <= forgiven) return std::nullopt;
    // Of several threads that were refused at once, one sets it right and says so.
  } while (!correction_ms_.compare_exchange_weak(correction_ms, (*theirs - uncorrected).count()));
  return std::chrono::round<std::chrono::seconds>(ahead);
}

std::chrono::seconds CheckedClock::ahead_by() const {
  return std::chrono::round<std::chrono::seconds>(-std::chrono::milliseconds(correction_ms_));
}

}  // namespace voyages::aws
