#include "http/cookies.h"

#include <algorithm>

#include "base/encoding.h"

namespace voyages::http {

namespace {

// RFC 6265 §4.1.1 cookie-octet.
bool is_cookie_octet(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
}

}  // namespace

std::optional<std::string_view> find_cookie(std::string_view field, std::string_view name) {
  std::optional<std::string_view> found;
  while (!field.empty()) {
    const auto end = std::min(field.find(';'), field.size());
    auto pair = field.substr(0, end);
    field.remove_prefix(std::min(end + 1, field.size()));
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    if (found) return std::nullopt;
    found = pair.substr(equals + 1);
  }
  if (!found) return std::nullopt;
  if (found->size() >= 2 && found->front() == '"' && found->back() == '"') found = found->substr(1, found->size() - 2);
  if (!std::ranges::all_of(*found, is_cookie_octet)) return std::nullopt;
  return found;
}

std::optional<std::string> find_cookie(const Headers& headers, std::string_view name) {
  std::string cookies;
  for (const auto& field : headers) {
    if (!equal_ignoring_case(field.name, "Cookie")) continue;
    if (!cookies.empty()) cookies += "; ";
    cookies += field.value;
  }
  const auto value = find_cookie(cookies, name);
  return value ? std::optional(std::string(*value)) : std::nullopt;
}

}  // namespace voyages::http
