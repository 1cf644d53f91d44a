#include "app/ticks.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "part/table_keys.h"

namespace voyages::app {

namespace {

store::Key tick_key(const part::Tick& tick) {
  return {store::key_part(part::table_keys::tick, tick.name), std::string(part::table_keys::tick_item)};
}

// A little early too, since what drives us is not exact: a minute's tick would else run every other minute. A time from
// the future was written by a clock that was wrong.
bool is_due(const part::Tick& tick, Time began, Time now) {
  const auto slack = std::min<Time::duration>(tick.every / 10, std::chrono::seconds(30));
  return now - began >= tick.every - slack || began > now + tick.every;
}

store::Write mark(const part::Tick& tick, Time at, const std::optional<Time>& before) {
  return store::Update{.key = tick_key(tick),
                       .set = {{"began_at", to_ms(at)}},
                       .conditions = {before ? store::equals("began_at", to_ms(*before)) : store::item_absent()}};
}

}  // namespace

Ticks::Ticks(store::Table& table, Logger& log, std::vector<part::Tick> ticks)
    : table_(table), log_(log), ticks_(std::move(ticks)) {
  std::set<std::string_view> names;
  for (const auto& tick : ticks_) {
    if (!names.insert(tick.name).second) throw std::logic_error("two ticks have the name " + tick.name);
  }
}

std::vector<Ticks::Due> Ticks::list_due(Time now) {
  std::vector<store::Key> keys;
  keys.reserve(ticks_.size());
  for (const auto& tick : ticks_) keys.push_back(tick_key(tick));
  const auto items = table_.get(keys, store::Consistency::eventual);
  std::vector<Due> list;
  for (std::size_t i = 0; i < ticks_.size(); ++i) {
    const auto began = items[i] ? std::optional(from_ms(items[i]->number("began_at"))) : std::nullopt;
    if (is_due(ticks_[i], began.value_or(Time()), now)) list.push_back({&ticks_[i], began});
  }
  std::ranges::stable_sort(list, {}, &Due::began_at);  // what has never run comes first
  return list;
}

bool Ticks::run(const Due& due, Time now) {
  const auto& tick = *due.tick;
  try {
    // Before it runs: of one that never ends, the others have their turn all the same.
    const auto begun = mark(tick, now, due.began_at);
    if (!table_.write({&begun, 1})) return true;  // another process has
    try {
      tick.run(now);
      return true;
    } catch (const std::exception& exception) {
      log_.error("a tick failed", {{"tick", tick.name}, {"error", exception.what()}});
      const auto undone = mark(tick, due.began_at.value_or(Time()), now);
      (void)table_.write({&undone, 1});  // refused when it has begun again since
      return false;
    }
  } catch (const std::exception& exception) {
    log_.error("a tick cannot reach the table", {{"tick", tick.name}, {"error", exception.what()}});
    return false;
  }
}

}  // namespace voyages::app
