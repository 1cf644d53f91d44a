#include "aws/canonical_request.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/escape.h"

namespace voyages::aws {

namespace {

// Proxies add or change these, or the client leaves them out: a signature over them would break.
bool is_unsigned(std::string_view name) {
  constexpr std::string_view names[] = {
      "authorization", "user-agent", "x-amzn-trace-id", "connection", "expect", "transfer-encoding",
      "keep-alive",    "te",         "upgrade",         "host"};
  return std::ranges::find(names, name) != std::end(names);
}

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Without white space at the ends, and with one space for each run of it within.
std::string collapse(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (!is_white(c)) {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      decoded += text[i];
    } else {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

// RFC 3986 §5.2.4, and besides it takes several slashes for one.
std::string normalise_path(std::string_view path) {
  std::vector<std::string_view> segments;
  std::string_view last;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    last = end < path.size() && end + 1 == path.size() ? std::string_view() : path.substr(0, end);
    const auto segment = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (segment == ".." && !segments.empty()) segments.pop_back();
    if (!segment.empty() && segment != "." && segment != "..") segments.push_back(segment);
  }
  std::string normal;
  for (const auto segment : segments) normal.append("/").append(segment);
  const bool is_folder = last.empty() || last == "." || last == "..";
  if (is_folder || normal.empty()) normal += '/';
  return normal;
}

std::string canonical_path(std::string_view path, const SigningRules& rules) {
  auto text = rules.normalise_path ? normalise_path(path) : std::string(path);
  if (text.empty()) text = "/";
  return rules.encode_path ? percent_encode(text, "/") : text;
}

// Decoded and encoded again, so that every spelling of a character becomes one.
std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> fields;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto field = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (field.empty()) continue;
    const auto equals = std::min(field.find('='), field.size());
    const auto value = equals < field.size() ? field.substr(equals + 1) : std::string_view();
    fields.emplace_back(percent_encode(percent_decode(field.substr(0, equals))), percent_encode(percent_decode(value)));
  }
  std::ranges::sort(fields);
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text += '&';
    text.append(name).append("=").append(value);
  }
  return text;
}

}  // namespace

CanonicalHeaders canonical_headers(const http::Headers& headers, std::string_view authority) {
  std::map<std::string, std::string> by_name{{"host", std::string(authority)}};
  for (const auto& [name, value] : headers) {
    const auto lower = to_lower_ascii(name);
    if (is_unsigned(lower)) continue;
    const auto [place, added] = by_name.emplace(lower, collapse(value));
    if (!added) place->second.append(",").append(collapse(value));
  }
  CanonicalHeaders canonical;
  for (const auto& [name, value] : by_name) {
    canonical.lines.append(name).append(":").append(value).append("\n");
    if (!canonical.names.empty()) canonical.names += ';';
    canonical.names += name;
  }
  return canonical;
}

// Step 1: create a canonical request.
std::string canonical_request(const http::Request& request, const CanonicalHeaders& headers, std::string_view body_hash,
                              const SigningRules& rules) {
  std::string text;
  text.append(http::to_string(request.method)).append("\n");
  text.append(canonical_path(request.raw_path(), rules)).append("\n");
  text.append(canonical_query(request.raw_query())).append("\n");
  text.append(headers.lines).append("\n");
  text.append(headers.names).append("\n");
  return text.append(body_hash);
}

}  // namespace voyages::aws
