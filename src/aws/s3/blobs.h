#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "store/blobs.h"

namespace voyages::aws::s3 {

/// Where in S3 the blobs are.
struct BlobsOptions {
  std::string bucket{};
  std::string key_prefix{};  // before each blob's name: `blobs/`, or empty when the bucket holds nothing else
};

/// Blobs as objects of a bucket in S3, each with its SHA-256, which S3 checks on the way there and we on the way back.
class S3Blobs final : public store::Blobs {
 public:
  /// Throws std::invalid_argument for a bucket or prefix that cannot be.
  S3Blobs(Client& client, BlobsOptions options);

  void put(std::string_view name, std::string_view bytes) override;
  std::optional<std::string> get(std::string_view name) override;
  void remove(std::string_view name) override;
  /// Objects under the prefix that have no blob's name are passed over.
  std::vector<std::string> list(std::string_view prefix, std::string_view after, std::size_t limit) override;

 private:
  struct Page {
    std::vector<std::string> keys;
    bool truncated = false;
  };

  http::Response call(std::string_view operation, http::Request request, std::size_t response_bytes = 64UL * 1024);
  [[nodiscard]] std::string target_of(std::string_view name) const;
  Page list_page(std::string_view prefix, std::string_view after, std::size_t limit);

  Client& client_;
  const BlobsOptions options_;
};

}  // namespace voyages::aws::s3
