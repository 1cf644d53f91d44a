#pragma once

#include <functional>
#include <string>
#include <vector>

namespace voyages::app {

/// What one check found, for the person who runs the place.
struct Finding {
  enum Level { ok, warning, failure };

  Level level;
  std::string check;   // a word or two: `disk space`
  std::string detail;  // what was found
  std::string mend{};  // what to do about it; empty when all is well

  bool operator==(const Finding&) const = default;
};

/// One thing that `voyages doctor` looks at. A check that throws becomes a failure with the exception's text.
struct DoctorCheck {
  std::string name;
  std::function<std::vector<Finding>()> run;
};

std::vector<Finding> run_checks(const std::vector<DoctorCheck>& checks);

/// The findings as an aligned list, `✓`, `!` and `✗` before them, or `ok`, `!!` and `XX` for terminals without UTF-8.
std::string list_findings(const std::vector<Finding>& findings, bool utf8);

/// 1 when there is a failure, else 0.
int exit_code(const std::vector<Finding>& findings);

/// True when standard output is a terminal that shows UTF-8.
bool shows_utf8();

}  // namespace voyages::app
