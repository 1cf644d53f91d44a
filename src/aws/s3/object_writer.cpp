#include "aws/s3/object_writer.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "aws/s3/checksum.h"
#include "aws/s3/xml.h"
#include "base/encoding.h"
#include "base/escape.h"
#include "crypto/token.h"

namespace voyages::aws::s3 {

namespace {

// The text of the one element at that path; empty when the document is another.
std::string text_at(std::string_view document, std::string_view wanted) {
  std::string found;
  const bool read = read_xml(document, [&](std::string_view path, std::string_view text) {
    if (path == wanted) found = text;
  });
  return read ? found : std::string();
}

// S3 keeps the connection open by white space while it puts parts together.
std::string_view without_leading_space(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

}  // namespace

ObjectWriter::ObjectWriter(Bucket& bucket, std::string_view name) : bucket_(bucket), target_(bucket.target_of(name)) {}

ObjectWriter::~ObjectWriter() {
  if (upload_id_.empty()) return;
  try {
    bucket_.call("AbortMultipartUpload", {.method = http::Method::del, .target = target_ + "?uploadId=" + upload_id_});
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the bucket's lifecycle rule aborts it in a day
  }
}

void ObjectWriter::write(std::string_view bytes) {
  if (!std::exchange(is_whole_, false)) throw std::logic_error("a blob is written further after a failure");
  if (bytes.size() > store::max_blob_bytes - size_) throw std::invalid_argument("a blob has over 5 GB");
  size_ += bytes.size();
  while (!bytes.empty()) {
    if (pending_.size() == part_bytes) upload_part();
    const auto taken = bytes.substr(0, part_bytes - pending_.size());
    pending_ += taken;
    bytes.remove_prefix(taken.size());
  }
  is_whole_ = true;
}

void ObjectWriter::commit() {
  if (!std::exchange(is_whole_, false)) throw std::logic_error("a blob is committed after a failure, or twice");
  if (parts_.empty()) return put_object();
  upload_part();
  complete_upload();
  upload_id_.clear();
}

void ObjectWriter::put_object() {
  http::Request request{.method = http::Method::put, .target = target_, .body = std::move(pending_)};
  request.headers.add("Content-Type", "application/octet-stream");
  request.headers.add("x-amz-checksum-sha256", to_base64(crypto::sha256(request.body)));
  bucket_.call("PutObject", std::move(request));
}

void ObjectWriter::begin_upload() {
  http::Request request{.method = http::Method::post, .target = target_ + "?uploads"};
  request.headers.add("Content-Type", "application/octet-stream");
  request.headers.add("x-amz-checksum-algorithm", "SHA256");
  const auto response = bucket_.call("CreateMultipartUpload", std::move(request));
  upload_id_ = percent_encode(text_at(response.content(), "InitiateMultipartUploadResult/UploadId"));
  if (upload_id_.empty()) throw Unavailable("S3 began an upload without saying its UploadId");
}

void ObjectWriter::upload_part() {
  if (upload_id_.empty()) begin_upload();
  const auto sha256 = crypto::sha256(pending_);
  http::Request request{
      .method = http::Method::put,
      .target = target_ + "?partNumber=" + std::to_string(parts_.size() + 1) + "&uploadId=" + upload_id_,
      .body = std::move(pending_)};
  pending_.clear();
  request.headers.add("x-amz-checksum-sha256", to_base64(sha256));
  const auto response = bucket_.call("UploadPart", std::move(request));
  parts_.push_back({std::string(response.headers.get("ETag")), sha256});
}

void ObjectWriter::complete_upload() {
  std::string body = R"(<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)";
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    body.append("<Part><PartNumber>").append(std::to_string(i + 1)).append("</PartNumber><ETag>");
    body.append(escape_html(parts_[i].etag)).append("</ETag><ChecksumSHA256>");
    body.append(to_base64(parts_[i].sha256)).append("</ChecksumSHA256></Part>");
  }
  body += "</CompleteMultipartUpload>";
  http::Request request{
      .method = http::Method::post, .target = target_ + "?uploadId=" + upload_id_, .body = std::move(body)};
  request.headers.add("Content-Type", "application/xml");
  try {
    const auto response = bucket_.call("CompleteMultipartUpload", std::move(request));
    // S3 may find out that it cannot after it has sent the status 200.
    const auto document = without_leading_space(response.content());
    if (!text_at(document, "CompleteMultipartUploadResult/ETag").empty()) return;
    throw Unavailable("S3 could not put the parts of an object together: " + text_at(document, "Error/Code"));
  } catch (const Refused& refused) {
    // A first try whose answer was lost may have completed it.
    if (refused.code != "NoSuchUpload" || !is_complete()) throw;
  }
}

bool ObjectWriter::is_complete() {
  std::string hashes;
  for (const auto& part : parts_) hashes += part.sha256;
  http::Request request{.method = http::Method::head, .target = target_};
  request.headers.add("x-amz-checksum-mode", "ENABLED");
  try {
    const auto response = bucket_.call("HeadObject", std::move(request));
    const auto checksum = Checksum::parse(response.headers.get("x-amz-checksum-sha256"), {});
    return checksum && checksum->parts() == parts_.size() && checksum->expected() == crypto::sha256(hashes);
  } catch (const Refused&) {
    return false;
  }
}

}  // namespace voyages::aws::s3
