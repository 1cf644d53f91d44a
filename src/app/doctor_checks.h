#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "app/config.h"
#include "app/doctor.h"
#include "base/clock.h"

/// The checks that need only the machine. None of them changes anything.
namespace voyages::app {

/// There, ours, writable, and closed to others.
std::vector<Finding> check_data_directory(const Config& config);
/// Configured, or a file that load_master_key takes.
std::vector<Finding> check_master_key(const Config& config);
/// A warning under 1 GB free, a failure under 100 MB.
std::vector<Finding> check_disk_space(const Config& config);
Finding judge_disk_space(std::uint64_t free_bytes);
/// A failure before 2025; a warning when a file in the data directory is from the future.
std::vector<Finding> check_clock(const Config& config, const Clock& clock);
Finding judge_clock(Time now, std::optional<Time> newest_file);
/// Free, or taken by a server of ours that answers.
std::vector<Finding> check_ports(const Config& config);

/// What `outgoing_allow` opens; a warning for a range that opens everything, or an address where clouds give their
/// machines credentials.
std::vector<Finding> check_outgoing(const Config& config);

/// All of the above. Both arguments must outlive the result.
std::vector<DoctorCheck> machine_checks(const Config& config, const Clock& clock);

}  // namespace voyages::app
