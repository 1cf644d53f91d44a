#include <fmt/format.h>

#include "app/commands.h"
#include "app/doctor.h"
#include "app/doctor_checks.h"

namespace voyages::app {

int doctor(const Config& config) {
  const SystemClock clock;
  const auto findings = run_checks(machine_checks(config, clock));
  fmt::print("{}", list_findings(findings, shows_utf8()));
  const int code = exit_code(findings);
  if (code != 0)
    fmt::print(stderr, "Mend what is marked {}, and run `voyages doctor` again.\n", shows_utf8() ? "✗" : "XX");
  return code;
}

}  // namespace voyages::app
