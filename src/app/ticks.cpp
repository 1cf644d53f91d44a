#include "app/ticks.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace voyages::app {

namespace {

store::Key tick_key(const part::Tick& tick) { return {"TICK#" + tick.name, "TICK"}; }

// The epoch where it has never run.
Time began_at(const std::optional<store::Item>& item) { return item ? from_ms(item->number("began_at")) : Time(); }

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

std::vector<const part::Tick*> Ticks::due(Time now) {
  std::vector<store::Key> keys;
  for (const auto& tick : ticks_) keys.push_back(tick_key(tick));
  const auto items = table_.get(keys, store::Consistency::eventual);
  std::vector<std::pair<Time, const part::Tick*>> waiting;
  for (std::size_t i = 0; i < ticks_.size(); ++i) {
    if (const auto began = began_at(items[i]); is_due(ticks_[i], began, now)) waiting.emplace_back(began, &ticks_[i]);
  }
  std::ranges::stable_sort(waiting, {}, &std::pair<Time, const part::Tick*>::first);
  std::vector<const part::Tick*> list;
  for (const auto& [began, tick] : waiting) list.push_back(tick);
  return list;
}

bool Ticks::run(const part::Tick& tick, Time now) {
  try {
    const auto item = store::get(table_, tick_key(tick));
    if (!is_due(tick, began_at(item), now)) return true;
    const auto before = item ? std::optional(began_at(item)) : std::nullopt;
    // Before it runs: of one that never ends, the others have their turn all the same.
    const auto begun = mark(tick, now, before);
    if (!table_.write({&begun, 1})) return true;  // another process has
    try {
      tick.run(now);
      return true;
    } catch (const std::exception& exception) {
      log_.error("a tick failed", {{"tick", tick.name}, {"error", exception.what()}});
      const auto undone = mark(tick, before.value_or(Time()), now);
      (void)table_.write({&undone, 1});  // refused when it has begun again since
      return false;
    }
  } catch (const std::exception& exception) {
    log_.error("a tick cannot reach the table", {{"tick", tick.name}, {"error", exception.what()}});
    return false;
  }
}

}  // namespace voyages::app
