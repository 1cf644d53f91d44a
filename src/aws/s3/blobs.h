#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "aws/s3/bucket.h"
#include "store/blobs.h"

namespace voyages::aws::s3 {

/// Blobs as objects of a bucket in S3, each with its SHA-256, which S3 checks on the way there and we on the way back.
class S3Blobs final : public store::Blobs {
 public:
  /// Throws std::invalid_argument for a bucket or prefix that cannot be.
  S3Blobs(Client& client, BlobsOptions options) : bucket_(client, std::move(options)) {}

  std::unique_ptr<store::BlobWriter> write(std::string_view name) override;
  std::unique_ptr<store::BlobReader> read(std::string_view name, store::ByteRange range = {}) override;
  std::optional<store::BlobInfo> stat(std::string_view name) override;
  void remove(std::string_view name) override;
  /// Objects under the prefix that have no blob's name are passed over.
  std::vector<std::string> list(std::string_view prefix, std::string_view after, std::size_t limit) override;
  /// It ends early when the credentials that sign it are temporary and expire.
  std::optional<std::string> presign(std::string_view name, const store::PresignedAccess& access) override;

 private:
  struct Page {
    std::vector<std::string> keys;
    bool truncated = false;
  };

  Page list_page(std::string_view prefix, std::string_view after, std::size_t limit);

  Bucket bucket_;
};

}  // namespace voyages::aws::s3
