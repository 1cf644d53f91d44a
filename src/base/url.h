#pragma once

#include <optional>
#include <string_view>

namespace voyages {

/// An absolute URL's text in the parts that are compared or cut (RFC 3986 §3). Nothing is decoded, and what is in the
/// parts is not checked.
struct UrlParts {
  std::string_view scheme;     // before `://`
  std::string_view authority;  // the host and its port, perhaps after user data
  std::string_view rest;       // from the first `/`, `?` or `#` on; may be empty
};

/// Returns nullopt if there is no `://`.
std::optional<UrlParts> split_url(std::string_view url);

/// True for `localhost`, 127.0.0.0/8 and ::1, an IPv6 address with its brackets or without. The host is in lower case.
bool is_loopback(std::string_view host);

/// True for a character that may stand in a URI (RFC 3986 §2), but for `#`, which begins the fragment.
bool is_url_character(char c);

}  // namespace voyages
