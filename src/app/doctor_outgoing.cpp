#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/doctor_checks.h"
#include "http/address_ranges.h"

namespace voyages::app {

namespace {

// Where AWS, Azure, Google and others give the credentials of a machine, a container or a pod to everybody in it.
constexpr std::string_view metadata_addresses[] = {"169.254.169.254", "169.254.170.2", "169.254.170.23",
                                                   "168.63.129.16",   "fd00:ec2::254", "fd00:ec2::23",
                                                   "fd20:ce::254"};

// Nothing is left to guard: every address of a family, or so many that all private ones are among them.
bool opens_everything(std::string_view range) {
  const auto slash = range.find('/');
  if (slash == std::string_view::npos) return false;
  const auto bits = range.substr(slash + 1);
  return bits == "0" || bits == "1";
}

Finding judge_range(const std::string& range) {
  const std::string check = "outgoing";
  if (opens_everything(range)) {
    return {Finding::warning, check, range + " opens every address, inside your network too",
            "Name the ranges that are needed in outgoing_allow, such as 10.20.0.0/16; the public internet needs none."};
  }
  const auto opened = http::AddressRanges::parse({range}).value();  // checked when the configuration was read
  for (const auto address : metadata_addresses) {
    if (!opened.contains(address)) continue;
    return {Finding::warning, check,
            fmt::format("{} opens {}, where a cloud gives this machine its credentials", range, address),
            "Take a narrower range in outgoing_allow: a provider or client could have that address called."};
  }
  return {Finding::ok, check, range + " is open, beside the public internet"};
}

}  // namespace

std::vector<Finding> check_outgoing(const Config& config) {
  std::vector<Finding> findings;
  for (const auto& range : config.outgoing_ranges()) findings.push_back(judge_range(range));
  if (findings.empty()) findings.push_back({Finding::ok, "outgoing", "the public internet alone is open"});
  return findings;
}

}  // namespace voyages::app
