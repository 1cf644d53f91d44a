#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voyages::store {

/// No adapter takes more: what S3 takes by one presigned PUT.
inline constexpr std::uint64_t max_blob_bytes = 5ULL << 30U;

/// 1 to 512 characters of `[A-Za-z0-9._/-]`, without empty, `.` or `..` segments.
bool is_blob_name(std::string_view name);
/// Throws std::invalid_argument for another name. Every adapter calls it first, so that all refuse alike.
void validate_blob_name(std::string_view name);

/// What can be known about a blob without reading it.
struct BlobInfo {
  std::uint64_t size = 0;
  std::string etag{};  // another whenever the blob is written again; visible characters, no quotation marks

  bool operator==(const BlobInfo&) const = default;
};

/// The part of a blob to read; what lies behind the blob's end is left out.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t size = max_blob_bytes;
};

/// What the holder of a presigned address may do without credentials, until it expires.
struct PresignedAccess {
  enum class Method { get, put };

  Method method = Method::get;
  std::chrono::seconds expires_in{300};  // at most seven days
  // Of a PUT, which must say exactly these in its `Content-Type` and `Content-Length`.
  std::string content_type{};
  std::uint64_t size = 0;
};

/// A blob that is being written. Without a `commit` nothing of it remains. A writer whose `write` or `commit` has
/// thrown can only be destroyed. It lives no longer than its `Blobs`.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  /// Throws std::invalid_argument beyond `max_blob_bytes`.
  virtual void write(std::string_view bytes) = 0;
  /// When it returns, the bytes are durable, and every later reader sees them, all at once.
  virtual void commit() = 0;
};

/// A blob, or a part of one, that is read piece by piece, with the bytes that it had when it was opened. It lives no
/// longer than its `Blobs`.
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  /// The whole blob's, whatever part of it is read.
  [[nodiscard]] virtual const BlobInfo& info() const = 0;
  /// The next piece, at most a few megabytes; nullopt at the end. Throws `Unavailable` when the bytes cannot be had any
  /// more, such as when the blob was replaced meanwhile.
  virtual std::optional<std::string> next() = 0;
};

/// The port for what is too large for an item: attachments, pages, media, up to 5 GB each. Bad names throw
/// std::invalid_argument. Thread-safe; a reader sees the old bytes or the new, never a mixture.
class Blobs {
 public:
  virtual ~Blobs() = default;
  virtual std::unique_ptr<BlobWriter> write(std::string_view name) = 0;
  /// Null when there is no such blob.
  virtual std::unique_ptr<BlobReader> read(std::string_view name, ByteRange range = {}) = 0;
  virtual std::optional<BlobInfo> stat(std::string_view name) = 0;
  /// Removing what is not there is no error.
  virtual void remove(std::string_view name) = 0;
  /// Up to `limit` names that begin with `prefix`, bytewise after `after`, in bytewise order.
  virtual std::vector<std::string> list(std::string_view prefix, std::string_view after, std::size_t limit) = 0;
  /// An address by which a browser reads or writes the blob without passing through this program; nullopt where blobs
  /// have none.
  virtual std::optional<std::string> presign(std::string_view name, const PresignedAccess& access) = 0;
};

/// Writes a blob that is in memory.
void put(Blobs& blobs, std::string_view name, std::string_view bytes);
/// A whole blob; nullopt when there is none. Throws std::length_error when it has more than `most` bytes.
std::optional<std::string> get(Blobs& blobs, std::string_view name, std::size_t most = 64UL << 20U);

}  // namespace voyages::store
