#include "app/doctor_checks.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/master_key.h"

namespace voyages::app {

namespace {

namespace fs = std::filesystem;
using std::chrono::minutes;

constexpr std::uint64_t megabyte = 1'000'000;
constexpr std::size_t most_files = 10'000;  // newer files than these would be luck, and a doctor must be quick

std::optional<Time> newest_file(const fs::path& directory) {
  std::optional<Time> newest;
  std::error_code error;
  std::size_t seen = 0;
  for (auto entry = fs::recursive_directory_iterator(directory, fs::directory_options::skip_permission_denied, error);
       !error && entry != fs::recursive_directory_iterator() && ++seen <= most_files; entry.increment(error)) {
    struct stat status{};
    if (lstat(entry->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    newest = std::max(newest.value_or(Time::min()), from_epoch_s(status.st_mtim.tv_sec));
  }
  return newest;
}

// The directory itself, or the nearest one above it that is there.
fs::path existing_part(fs::path path) {
  path = fs::absolute(path).lexically_normal();
  while (!fs::exists(path) && path.has_relative_path()) path = path.parent_path();
  return path;
}

}  // namespace

std::vector<Finding> check_data_directory(const Config& config) {
  const std::string check = "data directory";
  const auto path = config.data.string();
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) {
    if (access(existing_part(config.data).c_str(), W_OK) != 0) {
      return {{Finding::failure, check, path + " is not there and cannot be made here",
               "Choose another with --data or VOYAGES_DATA."}};
    }
    return {{Finding::warning, check, path + " is not there yet", "`voyages serve` makes it at its first start."}};
  }
  if (!S_ISDIR(status.st_mode)) {
    return {{Finding::failure, check, path + " is not a directory", "Choose another with --data or VOYAGES_DATA."}};
  }
  if (status.st_uid != geteuid()) {
    return {{Finding::failure, check,
             fmt::format("{} belongs to user {}, we run as {}", path, status.st_uid, geteuid()),
             fmt::format("Run as that user, or `chown -R {} {}`.", geteuid(), path)}};
  }
  if (access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    return {{Finding::failure, check, path + " cannot be written", fmt::format("Run `chmod 700 {}`.", path)}};
  }
  if ((status.st_mode & 077) != 0) {
    return {{Finding::warning, check,
             fmt::format("{} has mode {:04o}: others can look in", path, status.st_mode & 07777),
             fmt::format("Run `chmod 700 {}`.", path)}};
  }
  return {{Finding::ok, check, path}};
}

std::vector<Finding> check_master_key(const Config& config) {
  const std::string check = "master key";
  const auto path = master_key_file(config);
  if (config.master_key.empty() && !fs::exists(fs::symlink_status(path))) {
    return {
        {Finding::warning, check, path.string() + " is not there yet", "`voyages serve` makes it at its first start."}};
  }
  load_master_key(config);  // the file is there, so this only reads; what is wrong with it is thrown
  return {{Finding::ok, check, config.master_key.empty() ? path.string() : "from the configuration"}};
}

Finding judge_disk_space(std::uint64_t free_bytes) {
  const auto detail = fmt::format("{} MB free", free_bytes / megabyte);
  const auto* mend = "Free some space: without it nothing can be written.";
  if (free_bytes < 100 * megabyte) return {Finding::failure, "disk space", detail, mend};
  if (free_bytes < 1000 * megabyte) return {Finding::warning, "disk space", detail, mend};
  return {Finding::ok, "disk space", detail};
}

std::vector<Finding> check_disk_space(const Config& config) {
  return {judge_disk_space(fs::space(existing_part(config.data)).available)};
}

Finding judge_clock(Time now, std::optional<Time> newest_file_at) {
  const std::string check = "clock";
  const auto* mend = "Set the clock and keep it set (`timedatectl set-ntp true`): tokens and sessions expire by it.";
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
  if (today.year() < std::chrono::year{2025}) return {Finding::failure, check, to_rfc3339(now) + " is long ago", mend};
  if (newest_file_at && *newest_file_at > now + minutes{1}) {
    return {Finding::warning, check,
            fmt::format("it is {}, but a file in the data directory is of {}: the clock was set back", to_rfc3339(now),
                        to_rfc3339(*newest_file_at)),
            mend};
  }
  return {Finding::ok, check, to_rfc3339(now)};
}

std::vector<Finding> check_clock(const Config& config, const Clock& clock) {
  return {judge_clock(clock.now(), newest_file(config.data))};
}

std::vector<DoctorCheck> machine_checks(const Config& config, const Clock& clock) {
  std::vector<DoctorCheck> checks;
  if (config.uses_data_directory()) {
    checks.push_back({"data directory", [&] { return check_data_directory(config); }});
    checks.push_back({"disk space", [&] { return check_disk_space(config); }});
  }
  checks.push_back({"master key", [&] { return check_master_key(config); }});
  checks.push_back({"clock", [&] { return check_clock(config, clock); }});
  checks.push_back({"ports", [&] { return check_ports(config); }});
  checks.push_back({"outgoing", [&] { return check_outgoing(config); }});
  return checks;
}

}  // namespace voyages::app
