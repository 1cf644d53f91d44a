#include "auth/oauth/clients/redirect_uri.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace voyages::auth::oauth {

namespace {

constexpr std::string_view loopbacks[] = {"http://127.0.0.1", "http://[::1]", "http://localhost"};

struct Loopback {
  std::string_view host;
  std::string_view rest;  // after the port

  bool operator==(const Loopback&) const = default;
};

bool is_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return digits.size() <= 5 && error == std::errc();
}

// What follows the host must be a port and then a path or query, or those at once: `localhost.evil.example` and
// `127.0.0.1:80@evil.example` are other hosts.
std::optional<Loopback> split_loopback(std::string_view uri) {
  for (const auto host : loopbacks) {
    if (!uri.starts_with(host)) continue;
    auto rest = uri.substr(host.size());
    if (rest.starts_with(':')) {
      const auto digits = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
      if (!is_port(rest.substr(1, digits - 1))) return std::nullopt;
      rest.remove_prefix(digits);
    }
    if (!rest.empty() && rest.front() != '/' && rest.front() != '?') return std::nullopt;
    return Loopback{host, rest};
  }
  return std::nullopt;
}

}  // namespace

bool is_registered(std::string_view redirect_uri, const std::vector<std::string>& registered) {
  if (redirect_uri.empty()) return false;
  if (std::ranges::find(registered, redirect_uri) != registered.end()) return true;
  const auto loopback = split_loopback(redirect_uri);
  return loopback &&
         std::ranges::any_of(registered, [&](const std::string& uri) { return split_loopback(uri) == loopback; });
}

std::string_view origin_of(std::string_view uri) {
  const std::string_view scheme = uri.starts_with("https://") ? "https://" : "http://";
  if (!uri.starts_with(scheme)) return {};
  return uri.substr(0, uri.find_first_of("/?#\\", scheme.size()));
}

}  // namespace voyages::auth::oauth
