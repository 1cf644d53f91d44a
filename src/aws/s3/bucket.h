#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "aws/client.h"

namespace voyages::aws::s3 {

/// Where in S3 the blobs are.
struct BlobsOptions {
  std::string bucket{};
  std::string key_prefix{};  // before each blob's name: `blobs/`, or empty when the bucket holds nothing else
};

/// How much of a blob is in one request, of those that do not fit into one. S3 takes parts of 5 MB and more, at most
/// 10,000 of them.
inline constexpr std::size_t part_bytes = 8UL << 20U;

/// Calls about one bucket, and what its refusals mean to the operator. Thread-safe.
class Bucket {
 public:
  /// Throws std::invalid_argument for a bucket or prefix that cannot be.
  Bucket(Client& client, BlobsOptions options);

  http::Response call(std::string_view operation, http::Request request, std::size_t response_bytes = 64UL * 1024);
  /// The address of the request, which whoever has it may send in that time.
  [[nodiscard]] std::string presign(http::Request request, std::chrono::seconds expires_in);
  /// The path of a blob; a query may follow.
  [[nodiscard]] std::string target_of(std::string_view name) const;
  [[nodiscard]] const BlobsOptions& options() const { return options_; }

 private:
  Client& client_;
  const BlobsOptions options_;
};

}  // namespace voyages::aws::s3
