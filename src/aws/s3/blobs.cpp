#include "aws/s3/blobs.h"

#include <algorithm>
#include <stdexcept>

#include "aws/canonical_request.h"
#include "aws/s3/xml.h"
#include "base/encoding.h"
#include "base/escape.h"
#include "crypto/token.h"
#include "http/router.h"

namespace voyages::aws::s3 {

namespace {

constexpr std::chrono::milliseconds time_of_one_try{60'000};
constexpr std::size_t most_a_page = 1000;
// A key of 1,024 bytes, percent-encoded, and what else S3 says of an object.
constexpr std::size_t listing_bytes = most_a_page * 4096;

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
    return "S3 denies access to " + bucket + ". The role needs s3:GetObject, s3:PutObject and s3:DeleteObject on its " +
           "objects, and s3:ListBucket on the bucket, without which S3 does not tell what is absent: " + refused.what();
  }
  return refused.what();
}

// S3 returns the checksum that the object was put with. That of an object put in parts ends in `-` and their number,
// and is one of other checksums.
void verify(const http::Response& response, std::string_view name) {
  const auto expected = from_base64(response.headers.get("x-amz-checksum-sha256"));
  if (!expected || expected->size() != 32) return;
  if (crypto::sha256(response.content()) != *expected) {
    throw Unavailable("S3 returned other bytes than were put: " + std::string(name));
  }
}

}  // namespace

S3Blobs::S3Blobs(Client& client, BlobsOptions options) : client_(client), options_(validated(std::move(options))) {}

void S3Blobs::put(std::string_view name, std::string_view bytes) {
  store::validate_blob_name(name);
  if (bytes.size() > store::max_blob_bytes) throw std::invalid_argument("a blob has over 64 MB");
  http::Request request{.method = http::Method::put, .target = target_of(name), .body = std::string(bytes)};
  request.headers.add("Content-Type", "application/octet-stream");
  request.headers.add("x-amz-checksum-sha256", to_base64(crypto::sha256(bytes)));
  call("PutObject", std::move(request));
}

std::optional<std::string> S3Blobs::get(std::string_view name) {
  store::validate_blob_name(name);
  http::Request request{.method = http::Method::get, .target = target_of(name)};
  request.headers.add("x-amz-checksum-mode", "ENABLED");
  try {
    auto response = call("GetObject", std::move(request), store::max_blob_bytes);
    verify(response, name);
    return std::move(response.body);
  } catch (const Refused& refused) {
    if (refused.code == "NoSuchKey") return std::nullopt;
    throw;
  }
}

void S3Blobs::remove(std::string_view name) {
  store::validate_blob_name(name);
  call("DeleteObject", {.method = http::Method::del, .target = target_of(name)});
}

std::vector<std::string> S3Blobs::list(std::string_view prefix, std::string_view after, std::size_t limit) {
  std::vector<std::string> names;
  std::string last(after);
  while (names.size() < limit) {
    const auto page = list_page(prefix, last, std::min(limit - names.size(), most_a_page));
    for (const auto& key : page.keys) {
      if (!key.starts_with(options_.key_prefix)) throw Unavailable("S3 listed a key that was not asked for");
      auto name = key.substr(options_.key_prefix.size());
      // In bytewise order, so the next page goes on where this one ends.
      if ((!last.empty() && name <= last) || !name.starts_with(prefix))
        throw Unavailable("S3 listed a key that was not asked for");
      last = name;
      if (store::is_blob_name(name) && names.size() < limit) names.push_back(std::move(name));
    }
    if (!page.truncated || page.keys.empty()) break;
  }
  return names;
}

S3Blobs::Page S3Blobs::list_page(std::string_view prefix, std::string_view after, std::size_t limit) {
  auto target = '/' + options_.bucket + "?encoding-type=url&list-type=2&max-keys=" + std::to_string(limit) +
                "&prefix=" + percent_encode(options_.key_prefix + std::string(prefix));
  if (!after.empty()) target += "&start-after=" + percent_encode(options_.key_prefix + std::string(after));
  const auto response =
      call("ListObjectsV2", {.method = http::Method::get, .target = std::move(target)}, listing_bytes);
  Page page;
  bool decodable = true;
  bool complete = false;
  const bool read = read_xml(response.content(), [&](std::string_view path, std::string_view text) {
    if (path == "ListBucketResult/IsTruncated") {
      page.truncated = text == "true";
      complete = true;
    }
    if (path == "ListBucketResult/Contents/Key") {
      auto key = http::percent_decode(text, true);
      decodable = decodable && key;
      if (key) page.keys.push_back(std::move(*key));
    }
  });
  if (!read || !complete || !decodable) throw Unavailable("S3 answered ListObjectsV2 with what is no list of objects");
  return page;
}

// Path-style: a name needs no encoding, and the bucket none of its own.
std::string S3Blobs::target_of(std::string_view name) const {
  return '/' + options_.bucket + '/' + options_.key_prefix + std::string(name);
}

http::Response S3Blobs::call(std::string_view operation, http::Request request, std::size_t response_bytes) {
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

}  // namespace voyages::aws::s3
