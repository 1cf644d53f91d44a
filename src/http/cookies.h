#pragma once

#include <optional>
#include <string_view>

namespace voyages::http {

/// The value of a cookie in a `Cookie` field (RFC 6265 §4.2.1), without its quotes; nothing when it is absent, stands
/// twice (nobody can tell which one is ours) or has characters that no cookie has.
std::optional<std::string_view> find_cookie(std::string_view cookie_field, std::string_view name);

}  // namespace voyages::http
