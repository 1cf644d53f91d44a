#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/client/client.h"

namespace voyages::http::client {

/// A whole `http:` or `https:` address: a server, and what is asked of it.
struct Url {
  Origin origin;
  std::string target = "/";  // path and query

  /// Returns nullopt for another scheme, user data, a fragment, or a character that no URI has (RFC 3986 §2).
  static std::optional<Url> parse(std::string_view url);
  /// Where a `Location` field leads from here (RFC 9110 §10.2.2, RFC 3986 §5). Its fragment is dropped, and what should
  /// have been percent-encoded is, as browsers do it. Returns nullopt where `parse` would.
  [[nodiscard]] std::optional<Url> resolve(std::string_view reference) const;
  [[nodiscard]] std::string text() const;

  auto operator<=>(const Url&) const = default;
};

}  // namespace voyages::http::client
