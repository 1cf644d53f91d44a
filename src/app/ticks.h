#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "part/part.h"
#include "store/table.h"

namespace voyages::app {

/// The ticks of all parts. When each began last stands in the table (`TICK#<name>`/`TICK`), so that several processes
/// together run it as often as one. Thread-safe.
class Ticks {
 public:
  /// Throws std::logic_error when two have the same name.
  Ticks(store::Table& table, Logger& log, std::vector<part::Tick> ticks);

  /// A tick that should run now.
  struct Due {
    const part::Tick* tick;
    std::optional<Time> began_at;  // when it began last; nothing: never
  };
  /// The one that has waited longest first: where the time does not suffice for all, each has its turn.
  [[nodiscard]] std::vector<Due> list_due(Time now);
  /// Runs one of them, unless another process has begun it since. False, with a line in the log, when it failed: then
  /// it is due again.
  bool run(const Due& due, Time now);

 private:
  store::Table& table_;
  Logger& log_;
  std::vector<part::Tick> ticks_;
};

}  // namespace voyages::app
