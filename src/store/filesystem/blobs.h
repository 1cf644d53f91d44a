#pragma once

#include <filesystem>

#include "store/blobs.h"

namespace voyages::store::filesystem {

/// Blobs as files below one directory. A name's segments become directories; since a file `a` and a
/// directory `a` cannot both be, directories end in `+`, and since a file name has at most 255 bytes, long segments
/// continue below directories that end in `=`. No blob name has those characters.
class FilesystemBlobs final : public Blobs {
 public:
  explicit FilesystemBlobs(std::filesystem::path directory);

  std::unique_ptr<BlobWriter> write(std::string_view name) override;
  std::unique_ptr<BlobReader> read(std::string_view name, ByteRange range = {}) override;
  std::optional<BlobInfo> stat(std::string_view name) override;
  void remove(std::string_view name) override;
  std::vector<std::string> list(std::string_view prefix, std::string_view after, std::size_t limit) override;
  /// Files have no address: nullopt.
  std::optional<std::string> presign(std::string_view name, const PresignedAccess& access) override;

 private:
  std::filesystem::path directory_;
};

}  // namespace voyages::store::filesystem
