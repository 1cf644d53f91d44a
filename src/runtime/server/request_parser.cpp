#include "runtime/server/request_parser.h"

#include <algorithm>
#include <utility>

#include "runtime/server/request_head.h"

namespace voyages::runtime {

namespace {

// A larger body grows as it arrives, so that a promise alone reserves no memory.
constexpr std::uint64_t body_reserve_bytes = 16 * 1024;

// Of a request line that is too long, what says who waits for the answer.
void keep_path(std::string_view head, http::Request& request) {
  const auto method = head.substr(0, head.find(' '));
  const auto target = head.substr(std::min(head.size(), method.size() + 1));
  if (!target.starts_with('/')) return;
  request.method = http::parse_method(method);
  request.target = target.substr(0, target.find_first_of("? \r"));
}

}  // namespace

std::size_t RequestParser::feed(std::string_view bytes) {
  std::size_t used = 0;
  // RFC 9112 §2.2: ignore one empty line before the request line.
  if (!begun_ && !skipped_empty_line_ && bytes.starts_with('\r')) {
    if (bytes.size() == 1) return 0;
    if (bytes[1] == '\n') {
      skipped_empty_line_ = true;
      used = 2;
    }
  }
  if (!head_done_) used += feed_head(bytes.substr(used));
  if (head_done_ && status() == Status::incomplete) used += feed_body(bytes.substr(used));
  return used;
}

std::size_t RequestParser::feed_head(std::string_view bytes) {
  if (bytes.empty()) return 0;
  begun_ = true;
  scanner_.scan(bytes);
  rejection_ = scanner_.rejection();
  if (rejection_ && rejection_->status == rejections::uri_too_long.status) keep_path(bytes, request_);
  if (scanner_.head_bytes() == 0) return 0;
  parse_head(bytes.substr(0, scanner_.head_bytes()));
  return scanner_.head_bytes();
}

void RequestParser::parse_head(std::string_view bytes) {
  RequestHead head(request_, limits_->target_bytes);
  rejection_ = head.parse(bytes);
  if (rejection_ && rejection_->status == rejections::uri_too_long.status) keep_path(bytes, request_);
  if (rejection_) return;
  head_done_ = true;
  keep_alive_ = head.keep_alive();
  http_1_0_ = head.http_1_0();
  remaining_bytes_ = head.content_length().value_or(0);
  const auto streamed = streamed_ && *streamed_ ? (*streamed_)(request_) : std::nullopt;
  if (remaining_bytes_ > streamed.value_or(limits_->body_bytes)) {
    rejection_ = rejections::payload_too_large;
    return;
  }
  if (streamed) chunks_ = ChunkedBody(*streamed);
  framing_ = head.is_chunked() ? Framing::chunked : remaining_bytes_ > 0 ? Framing::length : Framing::none;
  complete_ = framing_ == Framing::none;
  wants_continue_ = head.wants_continue() && !complete_;
  streams_ = streamed && !complete_;
  request_.body.reserve(std::min(remaining_bytes_, body_reserve_bytes));
}

std::size_t RequestParser::feed_body(std::string_view bytes) {
  if (!bytes.empty()) wants_continue_ = false;
  if (framing_ == Framing::chunked) {
    const auto used = chunks_.feed(bytes, request_.body);
    rejection_ = chunks_.rejection();
    complete_ = chunks_.done();
    return used;
  }
  const auto used = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_bytes_, bytes.size()));
  request_.body.append(bytes.substr(0, used));
  remaining_bytes_ -= used;
  complete_ = remaining_bytes_ == 0;
  return used;
}

void RequestParser::reset() {
  // Kept: the room of a small target and of the field list. Given back: the room of a body.
  request_.method = http::Method::get;
  request_.headers.clear();
  std::string().swap(request_.body);  // an assignment would keep it
  request_.target.clear();
  request_.request_id.clear();
  request_.source.reset();
  scanner_ = HeadScanner(*limits_);
  chunks_ = ChunkedBody(limits_->body_bytes);
  rejection_.reset();
  framing_ = Framing::none;
  skipped_empty_line_ = begun_ = head_done_ = complete_ = wants_continue_ = streams_ = false;
}

RequestParser::Status RequestParser::status() const {
  if (rejection_) return Status::rejected;
  return complete_ ? Status::complete : Status::incomplete;
}

RequestParser::Part RequestParser::part() const {
  if (head_done_) return Part::body;
  return begun_ ? Part::head : Part::before;
}

bool RequestParser::take_continue() { return std::exchange(wants_continue_, false); }

}  // namespace voyages::runtime
