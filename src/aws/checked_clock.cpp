#include "aws/checked_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace voyages::aws {

std::optional<Time> parse_http_date(std::string_view text) {
  // `Sun, 06 Nov 1994 08:49:37 GMT`
  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
  const auto* month = std::ranges::find(months, text.substr(8, 3));
  if (month == std::end(months)) return std::nullopt;
  return parse_rfc3339(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month - std::begin(months) + 1,
                                   text.substr(5, 2), text.substr(17, 8)));
}

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
