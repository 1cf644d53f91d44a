#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace voyages::auth::oauth {

/// No URI of a client is longer, in bytes.
inline constexpr std::size_t max_uri_bytes = 2048;

/// An absolute https URI, or http where the host is this machine's loopback; without fragment and user.
bool is_web_uri(std::string_view text);

/// Where answers to a client may be sent (RFC 6749 §3.1.2, RFC 9700 §4.1.3): a web URI, or for public clients a
/// private-use scheme, which has a dot (RFC 8252 §7.1) or is one of `schemes`.
struct RedirectRule {
  bool is_public = false;
  const std::vector<std::string>& schemes;

  [[nodiscard]] bool allows(std::string_view uri) const;
};

}  // namespace voyages::auth::oauth
