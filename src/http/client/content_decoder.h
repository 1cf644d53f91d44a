#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace voyages::http::client {

/// What `Accept-Encoding` may name.
inline constexpr std::string_view decodable_codings = "gzip, deflate, br";

/// Undoes a content coding (RFC 9110 §8.4.1) while the body comes. However much a body would become, no more than a
/// piece of it is in memory, and no more than the limit comes out.
class ContentDecoder {
 public:
  using Sink = std::function<void(std::string_view)>;

  virtual ~ContentDecoder() = default;
  /// Gives `sink` what the bytes stand for, in pieces. Throws `BadResponse` if they are broken or stand for more than
  /// the limit.
  virtual void feed(std::string_view bytes, const Sink& sink) = 0;
  /// Call it at the body's end. Throws `BadResponse` if something is missing.
  virtual void finish() = 0;
};

/// A decoder for the value of `Content-Encoding`; one that changes nothing for an empty one and `identity`. Throws
/// `BadResponse` for a coding that we did not ask for, and for one coding over another.
std::unique_ptr<ContentDecoder> make_decoder(std::string_view content_encoding, std::size_t limit_bytes);

}  // namespace voyages::http::client
