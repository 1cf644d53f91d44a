#include "aws/s3/bucket.h"

#include <algorithm>
#include <stdexcept>

#include "store/blobs.h"

namespace voyages::aws::s3 {

namespace {

constexpr std::chrono::milliseconds time_of_one_try{60'000};

// Amazon S3 User Guide, "Bucket naming rules".
bool is_bucket(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
         });
}

// It ends at a segment's end or within a segment, so that prefix and name together are a name.
BlobsOptions validated(BlobsOptions options) {
  if (!is_bucket(options.bucket)) {
    throw std::invalid_argument("'" + options.bucket + "' is not the name of an S3 bucket");
  }
  if (!options.key_prefix.empty()) store::validate_blob_name(options.key_prefix + "x");
  return options;
}

std::string describe(const Refused& refused, const BlobsOptions& options, const std::string& region) {
  const auto bucket = "the bucket '" + options.bucket + "'";
  if (refused.code == "NoSuchBucket") return "S3 knows no bucket '" + options.bucket + "': see the setting s3_bucket";
  if (refused.status == 301 || refused.code == "AuthorizationHeaderMalformed") {
    return bucket + " of S3 is in another region than " + region + ": " + refused.what();
  }
  if (refused.code == "AccessDenied") {
    return "S3 denies access to " + bucket + ". The role needs s3:GetObject, s3:PutObject, s3:AbortMultipartUpload " +
           "and s3:DeleteObject on its objects, and s3:ListBucket on the bucket, without which S3 does not tell what " +
           "is absent: " + refused.what();
  }
  return refused.what();
}

}  // namespace

Bucket::Bucket(Client& client, BlobsOptions options) : client_(client), options_(validated(std::move(options))) {}

// Path-style: a name needs no encoding, and the bucket none of its own.
std::string Bucket::target_of(std::string_view name) const {
  return '/' + options_.bucket + '/' + options_.key_prefix + std::string(name);
}

http::Response Bucket::call(std::string_view operation, http::Request request, std::size_t response_bytes) {
  try {
    return client_.call({.service = service::s3,
                         .operation = operation,
                         .request = std::move(request),
                         .timeout = time_of_one_try,
                         .response_bytes = response_bytes});
  } catch (const Refused& refused) {
    throw Refused(refused.code, refused.status, describe(refused, options_, client_.region()), refused.body);
  }
}

std::string Bucket::presign(http::Request request, std::chrono::seconds expires_in) {
  return client_.presign(service::s3, std::move(request), expires_in);
}

}  // namespace voyages::aws::s3
