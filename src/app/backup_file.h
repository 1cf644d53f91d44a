#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/clock.h"
#include "store/blobs.h"
#include "store/filesystem/files.h"

namespace voyages::app {

/// Writes a backup: a tar archive of `voyages.db`, of each blob as `blobs/NAME` in bytewise order, and last of
/// `SHA256SUMS`, which `sha256sum --check` reads. It appears complete or not at all. Returns the number of blobs.
std::size_t write_backup(const std::filesystem::path& file, const std::filesystem::path& database, store::Blobs& blobs,
                         Time now);

/// A backup that is read. Everything in it is hostile until `check` has returned.
class BackupFile {
 public:
  /// Throws std::system_error when it cannot be opened.
  explicit BackupFile(std::filesystem::path file);

  /// A copy of the database alone, as earlier versions made it.
  [[nodiscard]] bool is_database() const;
  /// Reads all of it and gives away the database's bytes. Throws std::runtime_error, with a sentence for the user, when
  /// anything is missing, damaged, or not such as `write_backup` writes it.
  void check(const std::function<void(std::string_view)>& database);
  /// Writes its blobs and returns their number; to be called after `check`.
  std::size_t restore_blobs(store::Blobs& blobs);

 private:
  [[nodiscard]] std::uint64_t size() const;

  const std::filesystem::path path_;
  const store::filesystem::FileDescriptor file_;
};

}  // namespace voyages::app
