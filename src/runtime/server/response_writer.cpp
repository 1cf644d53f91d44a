#include "runtime/server/response_writer.h"

#include <charconv>
#include <chrono>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/http_date.h"
#include "http/problem.h"

namespace voyages::runtime {

namespace {

// The server knows how the message is framed; a second opinion would be response splitting.
bool is_framing_field(std::string_view name) {
  switch (name.size()) {
    case 4:
      return equal_ignoring_case(name, "Date");
    case 10:
      return equal_ignoring_case(name, "Connection") || equal_ignoring_case(name, "Keep-Alive");
    case 14:
      return equal_ignoring_case(name, "Content-Length");
    case 17:
      return equal_ignoring_case(name, "Transfer-Encoding");
    default:
      return false;
  }
}

bool is_one_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(std::begin(digits), end);
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
    return;
  }
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(status));
  out += ' ';
  out += http::reason_phrase(status);
  out += "\r\n";
}

}  // namespace

// RFC 9110 §8.6: no Content-Length in a 204; a 304 has no body of its own either.
bool has_body(int status) { return status != 204 && status != 304; }

std::string_view DateText::now() {
  const auto now = std::chrono::floor<std::chrono::seconds>(SystemClock().now());
  const auto second = now.time_since_epoch().count();
  if (second != second_) {
    text_ = to_http_date(now);
    second_ = second;
  }
  return text_;
}

void append_response(std::string& out, const http::Response& response, const Framing& framing, std::string_view date) {
  append_status_line(out, response.status);
  out += "Date: ";
  out += date;
  out += "\r\n";
  for (const auto& [name, value] : response.headers) {
    if (is_framing_field(name) || !is_one_line(name) || !is_one_line(value)) continue;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
  if (response.source && !response.source_bytes && has_body(response.status)) {
    if (!framing.http_1_0) out += "Transfer-Encoding: chunked\r\n";
  } else if (has_body(response.status)) {
    out += "Content-Length: ";
    append_number(out, response.source_bytes.value_or(response.content().size()));
    out += "\r\n";
  }
  // RFC 9112 §9.3: persistence is the default of 1.1 and must be said in 1.0.
  if (!framing.keep_alive) {
    out += "Connection: close\r\n";
  } else if (framing.http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
  if (!framing.head && has_body(response.status)) out += response.body;
}

}  // namespace voyages::runtime
