#include "auth/federation/endpoint.h"

#include <utility>

#include "base/url.h"

namespace voyages::auth::federation {

std::optional<Endpoint> Endpoint::parse(std::string_view url, Plaintext plaintext) {
  if (url.size() > max_url_bytes) return std::nullopt;
  auto address = http::client::Url::parse(url);
  if (!address) return std::nullopt;
  const auto& origin = address->origin;
  if (!origin.tls && (plaintext == Plaintext::refused || !is_loopback(origin.host))) return std::nullopt;
  return Endpoint{std::string(url), std::move(*address)};
}

Plaintext plaintext_for(const Endpoint& issuer) {
  return issuer.address.origin.tls ? Plaintext::refused : Plaintext::on_loopback;
}

}  // namespace voyages::auth::federation
