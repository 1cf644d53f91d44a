#pragma once

#include <string>

namespace voyages::part {

/// What one of the doctor's checks found, for the operator.
struct Finding {
  enum Level { ok, warning, failure };

  Level level;
  std::string check;   // a word or two: `disk space`
  std::string detail;  // what was found
  std::string mend{};  // what to do about it; empty when all is well

  bool operator==(const Finding&) const = default;
};

}  // namespace voyages::part
