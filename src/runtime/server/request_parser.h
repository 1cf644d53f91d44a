#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "http/message.h"
#include "runtime/server/chunked_body.h"
#include "runtime/server/head_scanner.h"
#include "runtime/server/options.h"
#include "runtime/server/rejection.h"

namespace voyages::runtime {

/// How long the body of a request with this head may be, when its handler takes it piece by piece.
using StreamedBodyLimit = std::function<std::optional<std::uint64_t>(const http::Request& head)>;

/// Reads one HTTP/1.x request after another off a stream of bytes (RFC 9112). How the stream is cut into pieces
/// changes nothing. What two parsers could read in two ways (request smuggling) is refused, not repaired.
class RequestParser {
 public:
  enum class Status { incomplete, complete, rejected };
  /// Where in a request the stream is.
  enum class Part { before, head, body };

  /// Both outlive it. Without a rule, no body is streamed.
  explicit RequestParser(const RequestLimits& limits, const StreamedBodyLimit* streamed = nullptr)
      : limits_(&limits), streamed_(streamed), scanner_(limits), chunks_(limits.body_bytes) {}

  /// `bytes` starts with what the last call left over. Returns how many bytes were taken; stops after one request.
  std::size_t feed(std::string_view bytes);
  /// Makes ready for the next request of the connection.
  void reset();

  [[nodiscard]] Status status() const;
  [[nodiscard]] Part part() const;
  [[nodiscard]] const Rejection& rejection() const { return *rejection_; }
  /// Complete when `status` is; before that, what was understood so far.
  [[nodiscard]] http::Request& request() { return request_; }
  [[nodiscard]] const http::Request& request() const { return request_; }
  [[nodiscard]] bool keep_alive() const { return keep_alive_; }
  [[nodiscard]] bool http_1_0() const { return http_1_0_; }
  /// The head is complete, the body is not, and its handler takes it piece by piece: the request may be moved away, and
  /// what `feed` appends to `request().body` be taken from there.
  [[nodiscard]] bool streams() const { return streams_ && status() == Status::incomplete; }
  /// The client may wait for `100 Continue`.
  [[nodiscard]] bool wants_continue() const { return wants_continue_; }
  /// True once, when the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
  bool take_continue();

 private:
  enum class Framing { none, length, chunked };

  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);
  void parse_head(std::string_view head);

  const RequestLimits* limits_;
  const StreamedBodyLimit* streamed_;
  HeadScanner scanner_;
  ChunkedBody chunks_;
  http::Request request_;
  std::optional<Rejection> rejection_;
  std::uint64_t remaining_bytes_ = 0;
  Framing framing_ = Framing::none;
  bool skipped_empty_line_ = false;
  bool begun_ = false;
  bool head_done_ = false;
  bool complete_ = false;
  bool keep_alive_ = false;
  bool http_1_0_ = false;
  bool wants_continue_ = false;
  bool streams_ = false;
};

}  // namespace voyages::runtime
