#include "aws/service_error.h"

#include <algorithm>
#include <optional>

#include "base/strict_json.h"

namespace voyages::aws {

namespace {

constexpr std::size_t longest_code = 128;
constexpr std::size_t longest_message = 1024;

// `aws.protocols.json#ThrottlingException:http://internal.amazon.com/` is said to mean its middle
// (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html, "Operation error serialization").
std::string_view bare_code(std::string_view text) {
  text = text.substr(0, text.find(':'));
  const auto hash = text.rfind('#');
  return hash == std::string_view::npos ? text : text.substr(hash + 1);
}

// A code goes into logs and metrics: letters, digits and dots, as all real ones are.
bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= longest_code && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

std::string text_of(const boost::json::object& object, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    const auto* value = object.if_contains(name);
    if (value && value->is_string()) return std::string(value->get_string());
  }
  return {};
}

std::string unescape_xml(std::string_view text) {
  constexpr std::pair<std::string_view, char> entities[] = {
      {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}};
  std::string plain;
  while (!text.empty()) {
    const auto* entity =
        std::ranges::find_if(entities, [text](const auto& candidate) { return text.starts_with(candidate.first); });
    if (entity == std::end(entities)) {
      plain += text.front();
      text.remove_prefix(1);
    } else {
      plain += entity->second;
      text.remove_prefix(entity->first.size());
    }
  }
  return plain;
}

// The first element of that name behind the first `<Error>`: neither protocol nests another inside.
std::string element(std::string_view xml, std::string_view name) {
  const auto error = xml.find("<Error>");
  if (error == std::string_view::npos) return {};
  xml.remove_prefix(error);
  const auto open = '<' + std::string(name) + '>';
  const auto start = xml.find(open);
  if (start == std::string_view::npos) return {};
  const auto end = xml.find('<', start + open.size());
  if (end == std::string_view::npos) return {};
  return unescape_xml(xml.substr(start + open.size(), end - start - open.size()));
}

ServiceError read_json(std::string_view body) {
  const auto value = parse_strict_json(body);
  if (!value || !value->is_object()) return {};
  const auto& object = value->get_object();
  return {std::string(bare_code(text_of(object, {"__type", "code"}))), text_of(object, {"message", "Message"})};
}

}  // namespace

ServiceError read_error(const http::Response& response) {
  const auto body = response.content();
  const auto first = body.find_first_not_of(" \t\r\n");
  ServiceError error;
  if (first != std::string_view::npos && body[first] == '{') error = read_json(body);
  if (first != std::string_view::npos && body[first] == '<') error = {element(body, "Code"), element(body, "Message")};
  if (const auto header = bare_code(response.headers.get("x-amzn-ErrorType")); !header.empty()) error.code = header;
  if (!is_code(error.code)) error.code = std::to_string(response.status);
  // Behind the first line some services quote the request as they read it, with its session token.
  const auto line_end = error.message.find_first_of("\r\n");
  error.message.resize(std::min({error.message.size(), line_end, longest_message}));
  return error;
}

}  // namespace voyages::aws
