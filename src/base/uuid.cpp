#include "base/uuid.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>

namespace voyages {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

// RFC 9562 §6.2 method 1: 12 bits of `rand_a` count within a millisecond, so ids made in one process keep their order.
// A clock that steps back does not: the last millisecond is used until the clock has caught up.
struct MillisecondCounter {
  std::mutex mutex;
  std::int64_t last_ms = 0;
  std::uint16_t count = 0;

  std::pair<std::int64_t, std::uint16_t> next(std::int64_t now_ms) {
    const std::scoped_lock lock(mutex);
    if (now_ms > last_ms || now_ms < last_ms - 60'000) {
      last_ms = now_ms;
      count = 0;
    } else if (++count > 0xfff) {
      ++last_ms;
      count = 0;
    }
    return {last_ms, count};
  }
};

// RFC 9562 §5.7: `random` are the last eight bytes, of which two bits are the variant's.
std::string to_text(std::int64_t ms, std::uint16_t count, const std::array<std::uint8_t, 8>& random) {
  std::array<std::uint8_t, 16> bytes;
  std::ranges::copy(random, bytes.begin() + 8);
  for (int i = 0; i < 6; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | (count >> 8));
  bytes[7] = static_cast<std::uint8_t>(count);
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 0xf];
  }
  return text;
}

}  // namespace

std::string new_uuid7(Time now) {
  static MillisecondCounter counter;
  const auto [ms, count] = counter.next(now.time_since_epoch().count());
  std::array<std::uint8_t, 8> random;
  randombytes_buf(random.data(), random.size());
  return to_text(ms, count, random);
}

std::string first_uuid7(Time time) { return to_text(time.time_since_epoch().count(), 0, {}); }

bool is_uuid7(std::string_view text) {
  if (text.size() != 36 || text[14] != '7' || std::string_view("89ab").find(text[19]) == std::string_view::npos)
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : digits.find(text[i]) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace voyages
