#include "auth/federation/endpoint.h"

#include <algorithm>

#include "base/escape.h"

namespace voyages::auth::federation {

namespace {

bool is_uri_character(char c) {
  return is_unreserved(c) || std::string_view("%!$&'()*+,;=:@/?[]").find(c) != std::string_view::npos;
}

bool is_loopback(const std::string& host) { return host == "localhost" || host == "127.0.0.1" || host == "::1"; }

}  // namespace

std::optional<Endpoint> Endpoint::parse(std::string_view url, Plaintext plaintext) {
  if (url.size() > max_url_bytes || !std::ranges::all_of(url, is_uri_character)) return std::nullopt;
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const auto authority_end = std::min(url.find_first_of("/?", scheme_end + 3), url.size());
  auto origin = http::client::Origin::parse(url.substr(0, authority_end));
  if (!origin) return std::nullopt;
  if (!origin->tls && (plaintext == Plaintext::refused || !is_loopback(origin->host))) return std::nullopt;
  std::string target(url.substr(authority_end));
  if (!target.starts_with('/')) target.insert(0, 1, '/');
  return Endpoint{std::string(url), std::move(*origin), std::move(target)};
}

Plaintext plaintext_for(const Endpoint& issuer) {
  return issuer.origin.tls ? Plaintext::refused : Plaintext::on_loopback;
}

}  // namespace voyages::auth::federation
