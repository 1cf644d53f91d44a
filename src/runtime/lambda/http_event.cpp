#include "runtime/lambda/http_event.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/json_members.h"
#include "http/field_list.h"
#include "runtime/server/characters.h"

namespace voyages::runtime::lambda {

namespace {

namespace json = boost::json;

constexpr bool is_hexadecimal(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// A function URL hands over the path as it was sent, still encoded, and so it goes on. An HTTP API decodes it first;
// then whatever could not stand in a request line is encoded again (RFC 3986 §2.1).
void append_encoded(std::string& target, std::string_view text, bool is_path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool stray_percent =
        c == '%' && !(i + 2 < text.size() && is_hexadecimal(text[i + 1]) && is_hexadecimal(text[i + 2]));
    const bool plain = c > 0x20 && c < 0x7f && c != '#' && !(is_path && (c == '?' || stray_percent));
    if (plain) {
      target += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      target += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
}

// The values that `Connection` names are hop-by-hop as well.
bool is_named(std::string_view name, std::string_view connection) {
  while (!connection.empty()) {
    if (equal_ignoring_case(http::take_element(connection), name)) return true;
  }
  return false;
}

bool is_field(std::string_view name, std::string_view value) {
  return !name.empty() && std::ranges::all_of(name, is_token_character) &&
         std::ranges::all_of(value, is_field_character);
}

// Null stands for absent wherever Lambda writes one.
const json::value* present(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && !value->is_null() ? value : nullptr;
}

std::optional<EventFault> read_headers(const json::object& event, http::Headers& headers) {
  const auto* value = present(event, "headers");
  if (!value) return std::nullopt;
  if (!value->is_object()) return EventFault{invalid_event, "`headers` is no object."};
  const auto connection = text_in(value->get_object(), "connection").value_or("");
  for (const auto& member : value->get_object()) {
    if (member.value().is_null()) continue;
    if (!member.value().is_string() || !is_field(member.key(), member.value().get_string())) {
      return EventFault{invalid_event, "One of `headers` is no header field."};
    }
    const std::string_view name = member.key();
    if (is_hop_by_hop(name) || is_named(name, connection)) continue;
    headers.add(std::string(name), std::string(member.value().get_string()));
  }
  return std::nullopt;
}

// Format 2.0 takes the cookies out of the headers. RFC 6265 §5.4: one field, `; ` between them.
std::optional<EventFault> read_cookies(const json::object& event, http::Headers& headers) {
  const auto* value = present(event, "cookies");
  if (!value) return std::nullopt;
  if (!value->is_array()) return EventFault{invalid_event, "`cookies` is no list."};
  std::string joined;
  for (const auto& cookie : value->get_array()) {
    if (!cookie.is_string() || !is_field("Cookie", cookie.get_string())) {
      return EventFault{invalid_event, "One of `cookies` is no cookie."};
    }
    if (!joined.empty()) joined += "; ";
    joined += std::string_view(cookie.get_string());
  }
  if (!joined.empty()) headers.set("Cookie", std::move(joined));
  return std::nullopt;
}

std::optional<EventFault> read_body(const json::object& event, std::size_t limit_bytes, HttpCall& call) {
  const auto* encoded = present(event, "isBase64Encoded");
  if (encoded && !encoded->is_bool()) return EventFault{invalid_event, "`isBase64Encoded` is neither true nor false."};
  const auto* value = present(event, "body");
  if (!value) return std::nullopt;
  if (!value->is_string()) return EventFault{invalid_event, "`body` is no text."};
  const std::string_view text = value->get_string();
  const bool is_base64 = encoded && encoded->get_bool();
  // Three bytes in four characters, of which up to two are padding.
  const auto least_bytes =
      is_base64 ? text.size() / 4 * 3 - std::min<std::size_t>(text.size() / 4 * 3, 2) : text.size();
  if (least_bytes > limit_bytes) {
    call.rejection = rejections::payload_too_large;
    return std::nullopt;
  }
  if (is_base64) {
    auto bytes = from_base64(text);
    if (!bytes) return EventFault{invalid_event, "`body` is not base64, though it says so."};
    call.request.body = std::move(*bytes);
  } else {
    call.request.body = text;
  }
  if (call.request.body.size() > limit_bytes) call.rejection = rejections::payload_too_large;
  return std::nullopt;
}

// The limits of `serve`, so that a program behaves alike wherever it runs.
std::optional<Rejection> beyond_limits(const http::Request& request, const RequestLimits& limits) {
  if (request.target.size() > limits.target_bytes) return rejections::uri_too_long;
  if (request.headers.size() > limits.fields) return rejections::headers_too_large;
  std::size_t head_bytes = request.target.size();
  for (const auto& [name, value] : request.headers) head_bytes += name.size() + value.size() + 4;
  if (head_bytes > limits.head_bytes) return rejections::headers_too_large;
  return std::nullopt;
}

}  // namespace

bool is_hop_by_hop(std::string_view name) {
  constexpr std::array<std::string_view, 8> names{"connection", "keep-alive", "proxy-connection", "te",
                                                  "trailer",    "upgrade",    "http2-settings",   "transfer-encoding"};
  return std::ranges::any_of(names, [name](std::string_view each) { return equal_ignoring_case(each, name); });
}

bool is_http_event(const json::object& event) {
  const auto* context = object_in(event, "requestContext");
  return context && object_in(*context, "http") && text_in(event, "version") == "2.0";
}

// The developer guide, "Function URL request payload format". What only API Gateway fills in is not looked at, nor
// `queryStringParameters`, which has lost the order and the encoding.
std::expected<HttpCall, EventFault> read_http_event(const json::object& event, const RequestLimits& limits) {
  const auto& http = *object_in(*object_in(event, "requestContext"), "http");
  const auto method = text_in(http, "method");
  const auto path = text_in(event, "rawPath");
  if (!method || !std::ranges::all_of(*method, is_token_character) || method->empty()) {
    return refuse_event("`requestContext.http.method` is no method.");
  }
  if (!path || !path->starts_with('/')) return refuse_event("`rawPath` is no path.");
  const auto* query = present(event, "rawQueryString");
  if (query && !query->is_string()) return refuse_event("`rawQueryString` is no text.");
  const auto* source_ip = present(http, "sourceIp");
  if (source_ip && !source_ip->is_string()) return refuse_event("`requestContext.http.sourceIp` is no text.");

  HttpCall call;
  auto& request = call.request;
  request.method = http::parse_method(*method);
  request.tls = true;  // neither front door has another
  if (source_ip) request.peer_ip = source_ip->get_string();
  append_encoded(request.target, *path, true);
  if (query && !query->get_string().empty()) {
    request.target += '?';
    append_encoded(request.target, query->get_string(), false);
  }
  auto fault = read_headers(event, request.headers);
  if (!fault) fault = read_cookies(event, request.headers);
  if (!fault) fault = read_body(event, limits.body_bytes, call);
  if (fault) return std::unexpected(*fault);
  if (const auto rejection = beyond_limits(request, limits)) call.rejection = rejection;
  return call;
}

}  // namespace voyages::runtime::lambda
