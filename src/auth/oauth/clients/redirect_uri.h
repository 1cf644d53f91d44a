#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace voyages::auth::oauth {

/// How long a `state` may be that is to come back with the browser.
inline constexpr std::size_t max_state_bytes = 4096;

/// Whether a redirect URI is one of the registered. They are compared as strings (RFC 9700 §4.1.3); only the port of
/// this machine's loopback is free, since a native program takes the one that it gets (RFC 8252 §7.3).
bool is_registered(std::string_view redirect_uri, const std::vector<std::string>& registered);

/// `https://site.example:8443` of an http(s) URI; empty for any other.
std::string_view origin_of(std::string_view uri);

}  // namespace voyages::auth::oauth
