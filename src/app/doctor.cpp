#include "app/doctor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/encoding.h"
#include "base/failure.h"

namespace voyages::app {

namespace {

// POSIX: the first of these that is set and not empty decides.
std::string locale_name() {
  for (const auto* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto* value = std::getenv(variable);
    if (value && *value) return to_lower_ascii(value);
  }
  return {};
}

}  // namespace

std::vector<Finding> run_checks(const std::vector<DoctorCheck>& checks) {
  std::vector<Finding> findings;
  for (const auto& check : checks) {
    try {
      for (auto& finding : check.run()) findings.push_back(std::move(finding));
    } catch (const Failure& failure) {
      findings.push_back({Finding::failure, check.name, failure.what(), failure.next_step()});
    } catch (const std::exception& error) {
      findings.push_back({Finding::failure, check.name, error.what(), "Look into the log for what happened before."});
    }
  }
  return findings;
}

std::string list_findings(const std::vector<Finding>& findings, bool utf8) {
  constexpr std::string_view signs[] = {"✓", "!", "✗"};
  constexpr std::string_view plain_signs[] = {"ok", "!!", "XX"};
  std::size_t width = 0;
  for (const auto& finding : findings) width = std::max(width, finding.check.size());
  std::string out;
  for (const auto& finding : findings) {
    const auto sign = (utf8 ? signs : plain_signs)[finding.level];
    out += fmt::format("{} {:<{}}  {}\n", sign, finding.check, width, finding.detail);
    const auto indent = (utf8 ? 1 : 2) + 1 + width + 2;
    if (!finding.mend.empty()) out += fmt::format("{:<{}}{} {}\n", "", indent, utf8 ? "→" : "->", finding.mend);
  }
  return out;
}

int exit_code(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& finding) { return finding.level == Finding::failure; }) ? 1
                                                                                                                 : 0;
}

bool shows_utf8() {
  const auto locale = locale_name();
  return isatty(STDOUT_FILENO) == 1 &&
         (locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos);
}

}  // namespace voyages::app
