#pragma once

#include <string_view>

namespace voyages::auth::oauth {

/// No URI of a client is longer, in bytes.
inline constexpr std::size_t max_uri_bytes = 2048;

/// An absolute https URI, or http where the host is this machine's loopback; without fragment and user.
bool is_web_uri(std::string_view text);

/// Where answers may be sent (RFC 6749 §3.1.2, RFC 9700 §4.1.3): a web URI, or a private-use scheme with a dot
/// (RFC 8252 §7.1), which is for public clients. Such as `javascript:` and `data:` are none of them.
bool is_redirect_uri(std::string_view text, bool is_public);

}  // namespace voyages::auth::oauth
