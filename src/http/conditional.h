#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

/// Conditional and partial answers (RFC 9110 §13, §14).
namespace voyages::http {

/// RFC 9110 §8.8.3.2.
enum class EtagComparison {
  weak,   // the same meaning
  strong  // the same bytes
};

/// Whether a list of entity tags, or `*`, names `etag` (RFC 9110 §8.8.3.2). What follows a malformed tag is not read.
bool names_etag(std::string_view list, std::string_view etag, EtagComparison comparison);

/// What a `Range` field asks for.
struct RangeChoice {
  enum class Kind {
    whole,  // no range, one that is not understood, or several
    part,
    unsatisfiable
  };
  Kind kind = Kind::whole;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// The part of `size` bytes that a `Range` field asks for (RFC 9110 §14.1.2).
RangeChoice choose_range(std::string_view field, std::uint64_t size);

/// Bytes of a known size that can be read from anywhere, such as a stored file.
struct Content {
  std::string content_type;
  std::uint64_t size = 0;
  std::string etag{};  // with its quotes; empty when there is none
  std::optional<Time> last_modified{};
  /// Called at most once, when the bytes are to be sent: a source of `count` bytes from `first` on.
  std::function<std::shared_ptr<BodySource>(std::uint64_t first, std::uint64_t count)> open{};
};

/// The answer to a GET or HEAD of `content`, by what the request's conditions and range say: 200, 206, 304, 412 or 416.
Response serve_content(const Request& request, const Content& content, std::string_view request_id);

}  // namespace voyages::http
