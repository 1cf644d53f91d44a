#include "aws/s3/object_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace voyages::aws::s3 {

namespace {

constexpr int most_replacements = 5;

std::string without_quotes(std::string_view etag) {
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"')) etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

std::uint64_t read_length(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Unavailable("S3 did not say how large an object is");
  }
  return number;
}

// An answer to HEAD has no body that says which is absent, the object or the bucket, or who denies what.
void require_absent(Bucket& bucket, std::string_view name) {
  http::Request request{.method = http::Method::get, .target = bucket.target_of(name)};
  request.headers.add("Range", "bytes=0-0");
  try {
    bucket.call("GetObject", std::move(request));
  } catch (const Refused& refused) {
    if (refused.code != "NoSuchKey") throw;
  }
}

// Whether S3's checksum can be told from the pieces that a whole read fetches.
bool can_be_checked(const Object& object, store::ByteRange range) {
  if (!object.checksum || range.first != 0 || range.size < object.info.size) return false;
  return object.checksum->parts() == 0 || object.checksum->parts() == (object.info.size + part_bytes - 1) / part_bytes;
}

}  // namespace

std::optional<Object> find_object(Bucket& bucket, std::string_view name) {
  http::Request request{.method = http::Method::head, .target = bucket.target_of(name)};
  request.headers.add("x-amz-checksum-mode", "ENABLED");
  try {
    const auto response = bucket.call("HeadObject", std::move(request));
    auto etag = without_quotes(response.headers.get("ETag"));
    auto checksum = Checksum::parse(response.headers.get("x-amz-checksum-sha256"), etag);
    return Object{{.size = read_length(response.headers.get("Content-Length")), .etag = std::move(etag)},
                  std::move(checksum)};
  } catch (const Refused&) {
    require_absent(bucket, name);
    return std::nullopt;
  }
}

ObjectReader::ObjectReader(Bucket& bucket, std::string_view name, Object object, store::ByteRange range)
    : bucket_(bucket), name_(name), range_(range), object_(std::move(object)) {
  position_ = std::min(range.first, object_.info.size);
  left_ = std::min(range.size, object_.info.size - position_);
  if (!can_be_checked(object_, range)) object_.checksum.reset();
}

std::unique_ptr<ObjectReader> ObjectReader::open(Bucket& bucket, std::string_view name, store::ByteRange range) {
  for (int i = 0; i < most_replacements; ++i) {
    auto object = find_object(bucket, name);
    if (!object) return nullptr;
    auto reader = std::make_unique<ObjectReader>(bucket, name, std::move(*object), range);
    auto absence = reader->fetch();
    if (absence == Absence::replaced) absence = reader->fetch_any_version();
    if (absence == Absence::none) return reader;
    if (absence == Absence::removed) return nullptr;
  }
  throw Unavailable(fmt::format("the blob {} is replaced again and again while it is read", name));
}

std::optional<std::string> ObjectReader::next() {
  if (!ahead_) {
    const auto absence = fetch();
    if (absence != Absence::none) {
      throw Unavailable(fmt::format("the blob {} was {} while it was read", name_,
                                    absence == Absence::removed ? "removed" : "replaced"));
    }
  }
  return std::exchange(ahead_, std::nullopt);
}

ObjectReader::Absence ObjectReader::fetch() {
  if (left_ == 0) return Absence::none;
  const auto size = std::min<std::uint64_t>(left_, part_bytes);
  try {
    keep(get(size, object_.info.etag).body);
    return Absence::none;
  } catch (const Refused& refused) {
    if (refused.code == "NoSuchKey") return Absence::removed;
    if (refused.status == 412) return Absence::replaced;
    throw;
  }
}

// Where writers are quicker than the two requests of a reader, every description is late. One answer tells the bytes
// and the version that they are of; its checksum is of other bytes than these, so that none is checked.
ObjectReader::Absence ObjectReader::fetch_any_version() {
  position_ = range_.first;
  try {
    auto response = get(std::min<std::uint64_t>(range_.size, part_bytes), {});
    const std::string_view content_range = response.headers.get("Content-Range");
    const auto slash = std::min(content_range.find('/'), content_range.size());
    object_ = {{.size = read_length(content_range.substr(std::min(slash + 1, content_range.size()))),
                .etag = without_quotes(response.headers.get("ETag"))},
               std::nullopt};
    left_ = std::min(range_.size, object_.info.size - std::min(position_, object_.info.size));
    keep(std::move(response.body));
    return Absence::none;
  } catch (const Refused& refused) {
    if (refused.code == "NoSuchKey") return Absence::removed;
    if (refused.status == 416) return Absence::replaced;
    throw;
  }
}

http::Response ObjectReader::get(std::uint64_t size, std::string_view etag) {
  http::Request request{.method = http::Method::get, .target = bucket_.target_of(name_)};
  request.headers.add("Range", fmt::format("bytes={}-{}", position_, position_ + size - 1));
  if (!etag.empty()) request.headers.add("If-Match", fmt::format("\"{}\"", etag));
  return bucket_.call("GetObject", std::move(request), part_bytes);
}

void ObjectReader::keep(std::string piece) {
  const auto size = std::min<std::uint64_t>(left_, part_bytes);
  if (piece.size() != size) {
    throw Unavailable(fmt::format("S3 returned {} bytes of the {} that were asked for", piece.size(), size));
  }
  position_ += size;
  left_ -= size;
  check(piece);
  ahead_ = std::move(piece);
}

void ObjectReader::check(std::string_view piece) {
  if (!object_.checksum) return;
  object_.checksum->add(piece);
  if (left_ == 0 && !object_.checksum->matches()) throw Unavailable("S3 returned other bytes than were put: " + name_);
}

}  // namespace voyages::aws::s3
