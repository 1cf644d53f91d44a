#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace voyages::http {

/// The value of a cookie in a `Cookie` field (RFC 6265 §4.2.1), without its quotes; nothing when it is absent, stands
/// twice (nobody can tell which one is ours) or has characters that no cookie has.
std::optional<std::string_view> find_cookie(std::string_view cookie_field, std::string_view name);

/// The same among all `Cookie` fields, which together are one list (RFC 9113 §8.2.3).
std::optional<std::string> find_cookie(const Headers& headers, std::string_view name);

}  // namespace voyages::http
