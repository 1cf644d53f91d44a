#include <algorithm>
#include <iterator>

#include "app/commands.h"
#include "app/doctor.h"
#include "app/doctor_checks.h"
#include "app/doctor_services.h"
#include "base/terminal.h"

namespace voyages::app {

int doctor(const Config& config) {
  const SystemClock clock;
  auto checks = machine_checks(config, clock);
  std::ranges::move(service_checks(config), std::back_inserter(checks));
  const auto findings = run_checks(checks);
  write_out("{}", list_findings(findings, shows_utf8()));
  const int code = exit_code(findings);
  if (code != 0) write_err("Mend what is marked {}, and run `voyages doctor` again.\n", shows_utf8() ? "✗" : "XX");
  return code;
}

}  // namespace voyages::app
