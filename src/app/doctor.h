#pragma once

#include <functional>
#include <string>
#include <vector>

#include "part/finding.h"

namespace voyages::app {

using part::Finding;

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
