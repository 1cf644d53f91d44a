#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace voyages::bench {

/// How much of some files is in the page cache.
struct Residency {
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
};

/// Asks the kernel to drop the pages of these files, and of all files in these folders, and counts what stayed: pages
/// that a living process has mapped do.
Residency evict(const std::vector<std::filesystem::path>& files_and_folders);

}  // namespace voyages::bench
