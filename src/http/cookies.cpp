#include "http/cookies.h"

#include <algorithm>

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

}  // namespace voyages::http
