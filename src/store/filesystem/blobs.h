#pragma once

#include <filesystem>

#include "store/blobs.h"

namespace voyages::store::filesystem {

/// Blobs as files below one directory, at most 64 MB each. A name's segments become directories; since a file `a` and a
/// directory `a` cannot both be, directories end in `+`, and since a file name has at most 255 bytes, long segments
/// continue below directories that end in `=`. No blob name has those characters.
class FilesystemBlobs final : public Blobs {
 public:
  explicit FilesystemBlobs(std::filesystem::path directory);

  void put(std::string_view name, std::string_view bytes) override;
  std::optional<std::string> get(std::string_view name) override;
  void remove(std::string_view name) override;
  std::vector<std::string> list(std::string_view prefix, std::string_view after, std::size_t limit) override;

 private:
  std::filesystem::path directory_;
};

}  // namespace voyages::store::filesystem
