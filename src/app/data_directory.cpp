#include "app/data_directory.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/failure.h"

namespace voyages::app {

void make_data_directory(const std::filesystem::path& path) {
  const auto text = path.string();
  const auto* advice = "Choose another directory with --data or VOYAGES_DATA, or mend this one.";
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (!error && mkdir(text.c_str(), 0700) != 0 && errno != EEXIST) error.assign(errno, std::generic_category());
  if (error) throw Failure(fmt::format("The data directory {} cannot be made: {}.", text, error.message()), advice);
  if (!std::filesystem::is_directory(path, error)) {
    throw Failure(fmt::format("The data directory {} is not a directory.", text), advice);
  }
}

}  // namespace voyages::app
