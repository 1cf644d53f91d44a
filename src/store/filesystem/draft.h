#pragma once

#include <filesystem>

#include "store/filesystem/files.h"

namespace voyages::store::filesystem {

/// A file for its owner alone (0600) that is removed unless it has been renamed by then.
class Draft {
 public:
  /// Replaces what has that name.
  explicit Draft(std::filesystem::path file);
  ~Draft();
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  /// Durably.
  void rename_to(const std::filesystem::path& target);
  [[nodiscard]] const std::filesystem::path& path() const { return file_; }
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  std::filesystem::path file_;
  FileDescriptor descriptor_;
};

/// The same path with the suffix behind its name.
std::filesystem::path beside(const std::filesystem::path& file, std::string_view suffix);

}  // namespace voyages::store::filesystem
