#include "runtime/server/head_scanner.h"

#include <algorithm>

#include "runtime/server/characters.h"

namespace voyages::runtime {

namespace {

// Room for a method, two spaces and the version around the longest target.
constexpr std::size_t request_line_extra_bytes = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// RFC 9112 §3, §2.3: method, target and version with one space between, so HTTP/0.9's bare `GET /` is no request line.
std::optional<Rejection> check_version(std::string_view line) {
  constexpr std::string_view name = " HTTP/";
  if (line.size() < name.size() + 3 || std::ranges::count(line, ' ') != 2) return rejections::bad_request;
  const auto version = line.substr(line.size() - name.size() - 3);
  if (!version.starts_with(name) || !is_digit(version[6]) || version[7] != '.' || !is_digit(version[8])) {
    return rejections::bad_request;
  }
  if (version[6] != '1' || version[8] > '1') return rejections::version_not_supported;
  return std::nullopt;
}

}  // namespace

void HeadScanner::scan(std::string_view bytes) {
  for (; at_ < bytes.size() && head_bytes_ == 0; ++at_) {
    skip_plain(bytes);
    if (at_ == bytes.size()) return;
    rejection_ = take(bytes);
    if (rejection_) return;
  }
}

std::optional<Rejection> HeadScanner::take(std::string_view bytes) {
  if (at_ >= place_limit()) return lines_ == 0 ? rejections::uri_too_long : rejections::headers_too_large;
  if (at_ == 0 || bytes[at_] != '\n' || bytes[at_ - 1] != '\r') return check_character(bytes);
  const auto line = bytes.substr(line_start_, at_ - 1 - line_start_);
  line_start_ = at_ + 1;
  return end_line(line);
}

// Most bytes are in the middle of a line and need no decision.
void HeadScanner::skip_plain(std::string_view bytes) {
  if (at_ == line_start_ || bytes[at_ - 1] == '\r') return;
  const auto end = std::min(bytes.size(), place_limit());
  while (at_ < end && is_field_character(bytes[at_])) ++at_;
}

std::size_t HeadScanner::place_limit() const {
  const auto request_line = limits_->target_bytes + request_line_extra_bytes;
  return lines_ == 0 ? std::min(request_line, limits_->head_bytes) : limits_->head_bytes;
}

std::optional<Rejection> HeadScanner::check_character(std::string_view bytes) const {
  const char c = bytes[at_];
  if (at_ == 0) {
    // Whatever is not HTTP at all (a TLS handshake, say) is told so at once.
    if (!is_token_character(c)) return rejections::bad_request;
    return std::nullopt;
  }
  if (bytes[at_ - 1] == '\r') return rejections::bad_request;
  // RFC 9112 §5.2: a server must reject obs-fold or unfold it. We reject.
  if (at_ == line_start_ && (c == ' ' || c == '\t')) return rejections::bad_request;
  if (c != '\r' && !is_field_character(c)) return rejections::bad_request;
  return std::nullopt;
}

std::optional<Rejection> HeadScanner::end_line(std::string_view line) {
  if (line.empty()) {
    head_bytes_ = at_ + 1;
    return std::nullopt;
  }
  if (lines_++ == 0) return check_version(line);
  if (lines_ > limits_->fields + 1) return rejections::headers_too_large;  // the request line is no field
  return std::nullopt;
}

}  // namespace voyages::runtime
