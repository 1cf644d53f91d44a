#pragma once

#include <filesystem>

namespace voyages::app {

/// Makes the data directory, readable by its owner alone, when it is not there. Throws `Failure` when it cannot be made
/// or is something else than a directory.
void make_data_directory(const std::filesystem::path& path);

}  // namespace voyages::app
