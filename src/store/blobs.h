#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voyages::store {

/// No adapter takes more.
inline constexpr std::size_t max_blob_bytes = 64UL * 1024 * 1024;

/// 1 to 512 characters of `[A-Za-z0-9._/-]`, without empty, `.` or `..` segments.
bool is_blob_name(std::string_view name);
/// Throws std::invalid_argument for another name. Every adapter calls it first, so that all refuse alike.
void validate_blob_name(std::string_view name);

/// The port for what is too large for an item: attachments, pages, results. Bad names and more than `max_blob_bytes`
/// throw std::invalid_argument. Thread-safe; when `put` returns, the bytes are durable, and a reader sees the old bytes
/// or the new, never a mixture.
class Blobs {
 public:
  virtual ~Blobs() = default;
  virtual void put(std::string_view name, std::string_view bytes) = 0;
  virtual std::optional<std::string> get(std::string_view name) = 0;
  /// Removing what is not there is no error.
  virtual void remove(std::string_view name) = 0;
  /// Up to `limit` names that begin with `prefix`, bytewise after `after`, in bytewise order.
  virtual std::vector<std::string> list(std::string_view prefix, std::string_view after, std::size_t limit) = 0;
};

}  // namespace voyages::store
