#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/hash.h"

namespace voyages::aws::s3 {

/// The SHA-256 that S3 keeps of an object: of its bytes, or of the hashes of its parts, one after the other.
class Checksum {
 public:
  /// Reads the field `x-amz-checksum-sha256`: base64, and of an object in parts `-` and their number behind it, which
  /// the object's ETag ends in as well: not every S3 says it twice.
  static std::optional<Checksum> parse(std::string_view field, std::string_view etag);

  /// 0 when the object was put whole.
  [[nodiscard]] std::size_t parts() const { return parts_; }
  [[nodiscard]] const std::string& expected() const { return expected_; }
  /// The next bytes; of an object in parts, exactly one part.
  void add(std::string_view piece);
  /// Whether all bytes that were added are those that were put.
  [[nodiscard]] bool matches() { return hash_.finish() == expected_; }

 private:
  Checksum(std::string expected, std::size_t parts) : expected_(std::move(expected)), parts_(parts) {}

  std::string expected_;
  std::size_t parts_;
  crypto::Sha256 hash_;
};

}  // namespace voyages::aws::s3
