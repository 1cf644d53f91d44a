#include "store/counter.h"

namespace voyages::store {

std::int64_t counted(const std::optional<Item>& counter) { return counter ? counter->number("count") : 0; }

Time window_end(const std::optional<Item>& counter, std::chrono::seconds window, Time now) {
  return counter ? counter->expires_at.value_or(now) : now + window;
}

Update count_one(Key key, Time window_ends) {
  return {.key = std::move(key), .add = {{"count", 1}}, .expires_at = window_ends};
}

Update count_one_below(Key key, const std::optional<Item>& counter, std::int64_t limit, Time window_ends) {
  auto update = count_one(std::move(key), window_ends);
  update.conditions.push_back(counter ? less("count", limit) : item_absent());
  return update;
}

std::expected<void, Time> count_below(Table& table, const Key& key, const Rate& rate, Time now) {
  auto ends_at = now + rate.window;
  // Twice, since another may be the first of the window at this very moment.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto counter = get(table, key);
    ends_at = window_end(counter, rate.window, now);
    if (counted(counter) >= rate.limit) break;
    const Write write = count_one_below(key, counter, rate.limit, ends_at);
    if (table.write({&write, 1})) return {};
  }
  return std::unexpected(ends_at);
}

}  // namespace voyages::store
