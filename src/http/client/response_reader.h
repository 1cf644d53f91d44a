#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "http/message.h"

namespace voyages::http::client {

/// What came is not an answer of HTTP/1.1, or is more than was wanted. The text is for the log.
class BadResponse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads one answer off a stream of bytes (RFC 9112), however that is cut into pieces. Interim answers are skipped.
class ResponseReader {
 public:
  /// `to_head`: the answer has no body, whatever its fields say (RFC 9112 §6.3).
  ResponseReader(bool to_head, std::size_t body_limit_bytes);
  ~ResponseReader();
  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;

  /// Throws `BadResponse`.
  void feed(std::string_view bytes);
  /// The stream has ended. Throws `BadResponse` when the answer has not.
  void finish();
  [[nodiscard]] bool done() const;
  /// Once it is done: whether another request may follow on the same connection.
  [[nodiscard]] bool keep_alive() const;
  /// Whether status and fields of the answer, an interim one aside, are there.
  [[nodiscard]] bool has_head() const;
  /// Once they are: the answer without its body.
  [[nodiscard]] Response head() const;
  /// What has come of the body since the last call.
  [[nodiscard]] std::string take_body();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace voyages::http::client
