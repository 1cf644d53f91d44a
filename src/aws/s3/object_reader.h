#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/s3/bucket.h"
#include "aws/s3/checksum.h"
#include "store/blobs.h"

namespace voyages::aws::s3 {

/// What S3 says of an object.
struct Object {
  store::BlobInfo info;
  std::optional<Checksum> checksum;
};

/// nullopt when there is no such object.
std::optional<Object> find_object(Bucket& bucket, std::string_view name);

/// Reads an object by ranges, all of the version that was opened, and one range ahead at most. A whole object is
/// checked against its checksum, before its last bytes are given away.
class ObjectReader final : public store::BlobReader {
 public:
  /// Null when there is no such object.
  static std::unique_ptr<ObjectReader> open(Bucket& bucket, std::string_view name, store::ByteRange range);
  /// For `open`, which fetches the first piece.
  ObjectReader(Bucket& bucket, std::string_view name, Object object, store::ByteRange range);

  [[nodiscard]] const store::BlobInfo& info() const override { return object_.info; }
  std::optional<std::string> next() override;

 private:
  enum class Absence { none, removed, replaced };

  /// Fetches the next piece, if there is one; says why it cannot be had any more.
  Absence fetch();
  /// Fetches the first piece of the version that is there, whichever it is. `replaced`: it has no such bytes.
  Absence fetch_any_version();
  /// From `position_`. Of this version, unless `etag` is empty.
  http::Response get(std::uint64_t size, std::string_view etag);
  void keep(std::string piece);
  void check(std::string_view piece);

  Bucket& bucket_;
  const std::string name_;
  const store::ByteRange range_;
  Object object_;
  std::uint64_t position_ = 0;
  std::uint64_t left_ = 0;
  std::optional<std::string> ahead_;
};

}  // namespace voyages::aws::s3
