#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/client/url.h"

namespace voyages::auth::federation {

/// The longest address of a provider that we take.
inline constexpr std::size_t max_url_bytes = 2048;

/// Whether an address may be one without TLS on this very machine, as a provider under development has.
enum class Plaintext { refused, on_loopback };

/// An address of a provider's, as the administrator or its metadata names it.
struct Endpoint {
  std::string url;  // to the letter
  http::client::Url address;

  /// Nothing for what is not `https:` (or `http:`, where allowed), or has user data, a fragment, or characters that no
  /// URI has (RFC 3986 §2).
  static std::optional<Endpoint> parse(std::string_view url, Plaintext plaintext);
};

/// What the metadata of this issuer may name: only who is on loopback without TLS itself may point there.
Plaintext plaintext_for(const Endpoint& issuer);

}  // namespace voyages::auth::federation
