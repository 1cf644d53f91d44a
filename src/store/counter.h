#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>

#include "base/clock.h"
#include "store/table.h"

/// Numbers that are forgotten: how often something happened within a window that began with the first time. Each is an
/// item with the attribute `count`, which expires at the end of its window.
namespace voyages::store {

/// At most so many within a window.
struct Rate {
  std::int64_t limit;
  std::chrono::seconds window;
};

/// What is counted, given what stands under the key.
std::int64_t counted(const std::optional<Item>& counter);
/// When the window ends that has begun; a window from now on when nothing is counted.
Time window_end(const std::optional<Item>& counter, std::chrono::seconds window, Time now);

/// The write that counts one more.
Update count_one(Key key, Time window_ends);
/// The same, refused when the limit is reached by then: many at once must not all pass by having read the same count.
Update count_one_below(Key key, const std::optional<Item>& counter, std::int64_t limit, Time window_ends);

/// Counts one more. When the limit is reached it counts nothing, and returns when the window ends.
std::expected<void, Time> count_below(Table& table, const Key& key, const Rate& rate, Time now);

}  // namespace voyages::store
