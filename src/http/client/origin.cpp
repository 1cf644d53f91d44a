#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/url.h"
#include "http/client/client.h"

namespace voyages::http::client {

namespace {

constexpr std::size_t longest_name = 253;  // RFC 1035 §2.3.4, as text

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool is_name(std::string_view host) {
  return !host.empty() && host.size() <= longest_name && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

bool is_v6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

/// Takes the host off the front of `rest`; empty when there is none.
std::string take_host(std::string_view& rest) {
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return {};
    auto host = to_lower_ascii(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    return is_v6(host) ? host : std::string();
  }
  const auto end = std::min(rest.find(':'), rest.size());
  auto host = to_lower_ascii(rest.substr(0, end));
  rest.remove_prefix(end);
  return is_name(host) ? host : std::string();
}

}  // namespace

std::optional<Origin> Origin::parse(std::string_view url) {
  const auto parts = split_url(url);
  if (!parts) return std::nullopt;
  const auto scheme = to_lower_ascii(parts->scheme);
  if (scheme != "https" && scheme != "http") return std::nullopt;
  // RFC 3986 §6.2.3: an empty path and `/` are the same.
  if (!parts->rest.empty() && parts->rest != "/") return std::nullopt;
  auto rest = parts->authority;

  Origin origin;
  origin.tls = scheme == "https";
  origin.port = origin.tls ? 443 : 80;
  origin.host = take_host(rest);
  if (origin.host.empty()) return std::nullopt;
  if (rest.empty()) return origin;
  if (!rest.starts_with(':')) return std::nullopt;
  const auto port = parse_port(rest.substr(1));
  if (!port) return std::nullopt;
  origin.port = *port;
  return origin;
}

std::string Origin::authority() const {
  const auto name = host.find(':') == std::string::npos ? host : '[' + host + ']';
  return port == (tls ? 443 : 80) ? name : fmt::format("{}:{}", name, port);
}

std::string Origin::text() const { return fmt::format("{}://{}", tls ? "https" : "http", authority()); }

}  // namespace voyages::http::client
