#include "base/clock.h"

#include <charconv>

namespace voyages {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

// Reads exactly `width` digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, width)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(width);
  return value;
}

// Writes exactly `width` digits.
void put_number(std::string& text, std::size_t at, std::size_t width, int value) {
  for (std::size_t i = at + width; i-- > at; value /= 10) text[i] = static_cast<char>('0' + value % 10);
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || (text.front() | 0x20) != (expected | 0x20)) return false;
  text.remove_prefix(1);
  return true;
}

// RFC 3339 §5.6 time-secfrac: any number of digits, of which we keep three.
std::optional<milliseconds> take_fraction(std::string_view& text) {
  if (text.empty() || text.front() != '.') return milliseconds{0};
  text.remove_prefix(1);
  int value = 0;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (std::size_t i = digits; i < 3; ++i) value *= 10;
  return milliseconds{value};
}

// RFC 3339 §5.6 time-offset.
std::optional<minutes> take_offset(std::string_view& text) {
  if (take(text, 'Z')) return minutes{0};
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '+' ? 1 : -1;
  text.remove_prefix(1);
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return minutes{sign * (*hour * 60 + *minute)};
}

}  // namespace

Time SystemClock::now() const { return floor<milliseconds>(std::chrono::system_clock::now()); }

std::string to_rfc3339(Time time) {
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  // By hand, since every line of the log has one: a format string would take as long as the rest of the line.
  std::string text = "0000-00-00T00:00:00.000Z";
  put_number(text, 0, 4, static_cast<int>(date.year()));
  put_number(text, 5, 2, static_cast<int>(static_cast<unsigned>(date.month())));
  put_number(text, 8, 2, static_cast<int>(static_cast<unsigned>(date.day())));
  put_number(text, 11, 2, static_cast<int>(clock.hours().count()));
  put_number(text, 14, 2, static_cast<int>(clock.minutes().count()));
  put_number(text, 17, 2, static_cast<int>(clock.seconds().count()));
  put_number(text, 20, 3, static_cast<int>(clock.subseconds().count()));
  return text;
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !take(text, 'T')) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 60) return std::nullopt;  // 60: a leap second
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                            std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Time{std::chrono::sys_days{date}} + hours{*hour} + minutes{*minute} + seconds{*second} + *fraction - *offset;
}

std::int64_t to_epoch_s(Time time) { return floor<seconds>(time).time_since_epoch().count(); }

Time from_epoch_s(std::int64_t seconds_since_epoch) { return Time{seconds{seconds_since_epoch}}; }

}  // namespace voyages
