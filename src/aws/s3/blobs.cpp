#include "aws/s3/blobs.h"

#include <algorithm>
#include <stdexcept>

#include "aws/s3/object_reader.h"
#include "aws/s3/object_writer.h"
#include "aws/s3/xml.h"
#include "base/escape.h"
#include "http/router.h"

namespace voyages::aws::s3 {

namespace {

// Authenticating Requests: Using Query Parameters (AWS Signature Version 4), `X-Amz-Expires`.
constexpr std::chrono::seconds longest_presigned{604'800};
constexpr std::size_t most_a_page = 1000;
// A key of 1,024 bytes, percent-encoded, and what else S3 says of an object.
constexpr std::size_t listing_bytes = most_a_page * 4096;

}  // namespace

std::unique_ptr<store::BlobWriter> S3Blobs::write(std::string_view name) {
  store::validate_blob_name(name);
  return std::make_unique<ObjectWriter>(bucket_, name);
}

std::unique_ptr<store::BlobReader> S3Blobs::read(std::string_view name, store::ByteRange range) {
  store::validate_blob_name(name);
  return ObjectReader::open(bucket_, name, range);
}

std::optional<store::BlobInfo> S3Blobs::stat(std::string_view name) {
  store::validate_blob_name(name);
  const auto object = find_object(bucket_, name);
  if (!object) return std::nullopt;
  return object->info;
}

void S3Blobs::remove(std::string_view name) {
  store::validate_blob_name(name);
  bucket_.call("DeleteObject", {.method = http::Method::del, .target = bucket_.target_of(name)});
}

std::vector<std::string> S3Blobs::list(std::string_view prefix, std::string_view after, std::size_t limit) {
  const auto& prefix_of_keys = bucket_.options().key_prefix;
  std::vector<std::string> names;
  std::string last(after);
  while (names.size() < limit) {
    const auto page = list_page(prefix, last, std::min(limit - names.size(), most_a_page));
    for (const auto& key : page.keys) {
      if (!key.starts_with(prefix_of_keys)) throw Unavailable("S3 listed a key that was not asked for");
      auto name = key.substr(prefix_of_keys.size());
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
  const auto& [bucket, key_prefix] = bucket_.options();
  auto target = '/' + bucket + "?encoding-type=url&list-type=2&max-keys=" + std::to_string(limit) +
                "&prefix=" + percent_encode(key_prefix + std::string(prefix));
  if (!after.empty()) target += "&start-after=" + percent_encode(key_prefix + std::string(after));
  const auto response =
      bucket_.call("ListObjectsV2", {.method = http::Method::get, .target = std::move(target)}, listing_bytes);
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

std::optional<std::string> S3Blobs::presign(std::string_view name, const store::PresignedAccess& access) {
  store::validate_blob_name(name);
  if (access.expires_in < std::chrono::seconds(1) || access.expires_in > longest_presigned) {
    throw std::invalid_argument("a presigned address is good for a second to seven days");
  }
  http::Request request{.method = http::Method::get, .target = bucket_.target_of(name)};
  if (access.method == store::PresignedAccess::Method::put) {
    if (access.size > store::max_blob_bytes) throw std::invalid_argument("a blob has over 5 GB");
    request.method = http::Method::put;
    // What is signed must be sent: another type or length is another signature.
    request.headers.add("Content-Type", access.content_type);
    request.headers.add("Content-Length", std::to_string(access.size));
  }
  return bucket_.presign(std::move(request), access.expires_in);
}

}  // namespace voyages::aws::s3
