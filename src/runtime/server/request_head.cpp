#include "runtime/server/request_head.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/encoding.h"
#include "base/url.h"

namespace voyages::runtime {

namespace {

namespace beast_http = boost::beast::http;

constexpr std::size_t method_limit_bytes = 32;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

http::Method method_of(beast_http::verb verb) {
  switch (verb) {
    case beast_http::verb::get:
      return http::Method::get;
    case beast_http::verb::head:
      return http::Method::head;
    case beast_http::verb::post:
      return http::Method::post;
    case beast_http::verb::put:
      return http::Method::put;
    case beast_http::verb::patch:
      return http::Method::patch;
    case beast_http::verb::delete_:
      return http::Method::del;
    case beast_http::verb::options:
      return http::Method::options;
    default:
      return http::Method::other;
  }
}

bool is_alphanumeric(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// RFC 3986 §3.2.2, §3.2.3 by its characters: a host name, an address, `[v6]`, a port. No user information.
bool is_authority(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
  });
}

// Printable ASCII without the fragment's mark: browsers send more than RFC 3986 allows, but nothing beyond this.
bool is_target(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}

// RFC 9110 §8.6: 1*DIGIT. No sign, no list of equal values, no white space.
std::optional<std::uint64_t> read_content_length(std::string_view text) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size() || text.size() > 19) return std::nullopt;
  return length;
}

}  // namespace

std::optional<Rejection> RequestHead::parse(std::string_view head) {
  header_limit(static_cast<std::uint32_t>(head.size() + 1));  // the scanner has bounded it already
  skip(true);                                                 // the body is not Beast's
  Error error;
  put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (rejection_) return rejection_;
  if (error || !is_done()) return rejections::bad_request;
  if (!authority_.empty()) request_->headers.set("Host", authority_);
  return check_whole();
}

std::optional<Rejection> RequestHead::check_whole() const {
  // RFC 9112 §3.2: 400 for a 1.1 request without Host and for any with two.
  if (hosts_ > 1 || (hosts_ == 0 && version_ == 11)) return rejections::bad_request;
  // RFC 9112 §6.1: a transfer coding in a 1.0 message, or beside a Content-Length, is faulty framing.
  if (chunked_ && (version_ == 10 || content_length_)) return rejections::bad_request;
  return std::nullopt;
}

void RequestHead::on_request_impl(Verb verb, Text method, Text target, int version, Error& error) {
  version_ = version;
  request_->method = method_of(verb);
  rejection_ = method.size() > method_limit_bytes ? rejections::bad_request : take_target(verb, view(target));
  if (rejection_) error = beast_http::error::bad_target;
}

std::optional<Rejection> RequestHead::take_target(Verb verb, std::string_view target) {
  if (target.size() > target_limit_bytes_) return rejections::uri_too_long;
  if (!is_target(target)) return rejections::bad_request;
  // RFC 9112 §3.2.3, §3.2.4: authority-form is for CONNECT alone, asterisk-form for OPTIONS alone.
  if (verb == Verb::connect) {
    if (!is_authority(target)) return rejections::bad_request;
  } else if (target == "*") {
    if (verb != Verb::options) return rejections::bad_request;
  } else if (!target.starts_with('/')) {
    return take_absolute_target(verb, target);
  }
  request_->target = target;
  return std::nullopt;
}

// RFC 9112 §3.2.2: the authority of an absolute-form target replaces whatever Host says.
std::optional<Rejection> RequestHead::take_absolute_target(Verb verb, std::string_view target) {
  const auto parts = split_url(target);
  if (!parts || (!equal_ignoring_case(parts->scheme, "http") && !equal_ignoring_case(parts->scheme, "https"))) {
    return rejections::bad_request;
  }
  const auto path = parts->rest;
  authority_ = parts->authority;
  if (authority_.empty() || !is_authority(authority_)) return rejections::bad_request;
  if (path.empty()) {
    request_->target = verb == Verb::options ? "*" : "/";
  } else {
    request_->target = path.starts_with('?') ? "/" + std::string(path) : std::string(path);
  }
  return std::nullopt;
}

void RequestHead::on_field_impl(Field field, Text name, Text value, Error& error) {
  rejection_ = take_field(field, view(value));
  if (rejection_) {
    error = beast_http::error::bad_value;
    return;
  }
  request_->headers.add(std::string(view(name)), std::string(view(value)));
}

std::optional<Rejection> RequestHead::take_field(Field field, std::string_view value) {
  switch (field) {
    case Field::host:
      ++hosts_;
      if (!is_authority(value)) return rejections::bad_request;
      break;
    case Field::content_length: {
      const auto length = read_content_length(value);
      if (!length || content_length_) return rejections::bad_request;
      content_length_ = length;
      break;
    }
    case Field::transfer_encoding:
      if (chunked_ || !equal_ignoring_case(value, "chunked")) return rejections::bad_request;
      chunked_ = true;
      break;
    case Field::expect:
      // RFC 9110 §10.1.1: a 1.0 client cannot understand an interim response.
      if (!equal_ignoring_case(value, "100-continue")) return rejections::expectation_failed;
      wants_continue_ = version_ == 11;
      break;
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace voyages::runtime
