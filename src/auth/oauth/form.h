#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/oauth/error.h"
#include "http/message.h"

namespace voyages::auth::oauth {

/// The parameters of an OAuth request, of a query or a body as `application/x-www-form-urlencoded` (RFC 6749 appendix
/// B). RFC 6749 §3.1: one without a value counts as absent, and none may stand twice but `resource` (RFC 8707 §2).
class Form {
 public:
  /// Refused: another content type, more than 32 KB or 100 parameters, a broken escape, bad UTF-8, a parameter twice.
  static OAuthResult<Form> read_body(const http::Request& request);
  static OAuthResult<Form> read_query(const http::Request& request);
  static OAuthResult<Form> parse(std::string_view encoded);

  /// Returns the value, or nullopt if the parameter is absent.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  /// The value, or the empty text.
  [[nodiscard]] std::string_view get(std::string_view name) const { return find(name).value_or(""); }
  /// Every value of the one parameter that may stand several times.
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  [[nodiscard]] const auto& pairs() const { return pairs_; }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

/// `name=value` pairs with `&` between, for a query or a form.
std::string form_encode(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace voyages::auth::oauth
