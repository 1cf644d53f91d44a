#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voyages {

/// Wall time in UTC, to the millisecond.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where the time comes from; a use case never asks the system itself, so a test can set it.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
};

/// The system's wall clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override;
};

/// `2026-11-23T20:36:49.123Z` (RFC 3339 §5.6, always UTC, always milliseconds, so that texts sort as times do).
std::string to_rfc3339(Time time);

/// Reads any RFC 3339 time with an offset; nothing for what is not one.
std::optional<Time> parse_rfc3339(std::string_view text);

/// Whole seconds since 1970, rounded down: the unit of JWT's NumericDate and of `expires_at`.
std::int64_t to_epoch_s(Time time);
Time from_epoch_s(std::int64_t seconds);

/// Milliseconds since 1970: how the table holds times that do not expire.
inline std::int64_t to_ms(Time time) { return time.time_since_epoch().count(); }
inline Time from_ms(std::int64_t milliseconds) { return Time(std::chrono::milliseconds(milliseconds)); }

}  // namespace voyages
