#include "http/client/request_writer.h"

#include <algorithm>
#include <stdexcept>

#include "base/encoding.h"

namespace voyages::http::client {

namespace {

bool is_own_field(std::string_view name) {
  constexpr std::string_view own[] = {
      "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Expect"};
  return std::ranges::any_of(own, [name](std::string_view field) { return equal_ignoring_case(field, name); });
}

// RFC 9110 §5.6.2 token.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// RFC 9110 §5.5: anything but control characters; a tab is none here.
bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  });
}

// RFC 9112 §3.2.1 origin form, by its characters.
bool is_target(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}

// RFC 9110 §8.6: a method that gives a body a meaning says its length, even 0.
bool says_length(const Request& request) {
  return !request.body.empty() || request.method == Method::post || request.method == Method::put ||
         request.method == Method::patch;
}

}  // namespace

std::string write_head(const Origin& origin, const Request& request) {
  if (request.method == Method::other) throw std::invalid_argument("a request needs a known method");
  if (!is_target(request.target)) throw std::invalid_argument("a request's target is a path of visible characters");
  std::string head;
  head.reserve(512 + request.target.size());
  head.append(to_string(request.method)).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ");
  head.append(origin.authority()).append("\r\n");
  for (const auto& [name, value] : request.headers) {
    if (is_own_field(name)) continue;
    if (!is_token(name) || !is_field_value(value)) {
      throw std::invalid_argument("a field of the request has a character that no field may have");
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (says_length(request)) head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  head.append("\r\n");
  return head;
}

}  // namespace voyages::http::client
