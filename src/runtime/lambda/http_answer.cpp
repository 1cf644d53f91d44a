#include "runtime/lambda/http_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/encoding.h"
#include "base/log.h"
#include "runtime/lambda/http_event.h"
#include "runtime/server/rejection.h"
#include "runtime/server/response_writer.h"

namespace voyages::runtime::lambda {

namespace {

bool is_one_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

// What the platform writes itself. `Content-Length` is ours to tell only where there is no body to count; else a second
// opinion.
bool is_framing_field(std::string_view name) {
  return equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Date") || is_hop_by_hop(name);
}

/// Fields of one name, in the order of their first.
struct Joined {
  std::string_view name;
  std::string value;
};

// RFC 9110 §5.3: fields of one name are one list, but for Set-Cookie.
std::vector<Joined> join_fields(const http::Headers& headers) {
  std::vector<Joined> joined;
  for (const auto& [name, value] : headers) {
    if (equal_ignoring_case(name, "Set-Cookie") || is_framing_field(name) || !is_one_line(name) || !is_one_line(value))
      continue;
    const auto same =
        std::ranges::find_if(joined, [&](const Joined& each) { return equal_ignoring_case(each.name, name); });
    if (same == joined.end()) {
      joined.push_back({name, value});
    } else {
      same->value += ", ";
      same->value += value;
    }
  }
  return joined;
}

void append_member(std::string& json, std::string_view name, std::string_view value) {
  if (json.back() != '{') json += ',';
  append_json_string(json, name);
  json += ':';
  append_json_string(json, value);
}

// The names go out as they are; the URL's own front door then renames some that AWS uses itself: `WWW-Authenticate`
// arrives as `x-amzn-remapped-www-authenticate`, and `Server`, `Date` and `Connection` likewise. So behind a bare
// function URL a client finds no challenge beside a 401, in spite of RFC 9110 §11.6.1. Nothing here can prevent that;
// the problem's `code` says the same. A front door of one's own (CloudFront, a proxy) can rename it back. Where an
// answer has no `Content-Type`, as with 204, Lambda adds `application/json`.
std::string metadata(const http::Response& response, bool is_head) {
  auto json = fmt::format(R"({{"statusCode":{},"headers":{{)", response.status);
  for (const auto& [name, value] : join_fields(response.headers)) append_member(json, name, value);
  // As `serve` has it: the length that a GET would have had (RFC 9110 §9.3.2).
  if (is_head && has_body(response.status) && (!response.source || response.source_bytes)) {
    append_member(json, "Content-Length", fmt::format("{}", response.source_bytes.value_or(response.content().size())));
  }
  json += R"(},"cookies":[)";
  for (const auto& [name, value] : response.headers) {
    if (!equal_ignoring_case(name, "Set-Cookie") || !is_one_line(value)) continue;
    if (json.back() != '[') json += ',';
    append_json_string(json, value);
  }
  json += ']';
  return json;
}

// Nothing when it is longer than the limit.
std::optional<std::string> drain(http::BodySource& source, std::size_t limit_bytes) {
  std::string body;
  auto* waiting = dynamic_cast<http::WaitingSource*>(&source);
  // A client of events comes again for those that are not there yet.
  while (!waiting || !waiting->wait([] {})) {
    auto piece = source.next();
    if (!piece) return body;
    body += *piece;
    if (body.size() > limit_bytes) return std::nullopt;
  }
  return body += waiting->farewell();
}

}  // namespace

std::optional<std::string> to_answer(const http::Response& response, bool is_head, std::size_t limit_bytes) {
  auto json = metadata(response, is_head);
  if (is_head || !has_body(response.status)) return json + '}';
  std::string_view body = response.content();
  std::optional<std::string> drained;
  if (response.source) {
    drained = drain(*response.source, limit_bytes);
    if (!drained) return std::nullopt;
    body = *drained;
  }
  if (body.size() > limit_bytes) return std::nullopt;
  json.reserve(json.size() + body.size() + body.size() / 8 + 64);
  json += R"(,"body":)";
  if (is_utf8(body)) {
    append_json_string(json, body);
    json += R"(,"isBase64Encoded":false})";
  } else {
    json += '"';
    json += to_base64(body);
    json += R"(","isBase64Encoded":true})";
  }
  if (json.size() > limit_bytes) return std::nullopt;
  return json;
}

std::string to_prelude(const http::Response& response, bool is_head) {
  auto json = metadata(response, is_head) + '}';
  json.append(8, '\0');
  return json;
}

http::Response too_large_answer(std::string_view request_id) {
  constexpr Rejection too_large{413, "answer_too_large",
                                "The answer is larger than the 6 MB that AWS Lambda hands over. Ask for less of it."};
  return to_response(too_large, request_id);
}

}  // namespace voyages::runtime::lambda
