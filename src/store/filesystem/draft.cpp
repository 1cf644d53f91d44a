#include "store/filesystem/draft.h"

#include <fcntl.h>

#include <utility>

namespace voyages::store::filesystem {

Draft::Draft(std::filesystem::path file) : file_(std::move(file)) {
  std::filesystem::remove(file_);
  descriptor_ = open_private_file(file_, O_EXCL);
}

Draft::~Draft() {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

void Draft::rename_to(const std::filesystem::path& target) {
  sync(descriptor_.get(), file_);
  std::filesystem::rename(file_, target);
  sync_directory(target.has_parent_path() ? target.parent_path() : std::filesystem::path("."));
}

std::filesystem::path beside(const std::filesystem::path& file, std::string_view suffix) {
  auto path = file;
  path += suffix;
  return path;
}

}  // namespace voyages::store::filesystem
