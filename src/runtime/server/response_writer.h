#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace voyages::runtime {

/// The `Date` of answers (RFC 9110 §5.6.7), made anew once a second. One per thread.
class DateText {
 public:
  std::string_view now();

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

/// What the connection, not the handler, decides about an answer.
struct Framing {
  bool keep_alive = true;
  bool http_1_0 = false;
  bool head = false;  // the request was HEAD: the body's length is told, the body is not sent
};

/// Whether an answer of this status may have a body at all.
bool has_body(int status);

/// Appends the whole message (RFC 9112 §4), but neither a `static_body` nor what a `source` brings. The framing fields
/// (Content-Length, Connection, Transfer-Encoding, Date) are the server's: those in `response` are left out, and so is
/// a field that would break out of its line.
void append_response(std::string& out, const http::Response& response, const Framing& framing, std::string_view date);

}  // namespace voyages::runtime
