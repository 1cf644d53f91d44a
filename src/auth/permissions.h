#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/context.h"
#include "part/permission.h"

namespace voyages::auth {

/// All permissions that there are, and the one place that decides what a caller may do. A caller is a user, a service
/// with a token of its own, or a client (OAuth) that acts for its user: within the client's scope, and never more than
/// the user may do. Does not change, so it is thread-safe.
class Permissions {
 public:
  Permissions() = default;
  /// Throws std::logic_error if two permissions have the same name.
  explicit Permissions(std::vector<part::Permission> all);

  [[nodiscard]] const std::vector<part::Permission>& all() const { return all_; }
  /// Returns nullptr if there is no permission of this name.
  [[nodiscard]] const part::Permission* find(std::string_view name) const;
  /// Whether a scope names at least one of them.
  [[nodiscard]] bool any_in(std::string_view scope) const;

  /// Whether a user with these roles has what is wanted: a permission, by one of its roles or a role of its own name;
  /// or a role, or one that stands above it.
  [[nodiscard]] bool are_held(const std::vector<std::string>& roles, std::string_view wanted) const;

  /// Why the caller's token does not open what asks for `wanted`, whatever its user may do; empty: what is for every
  /// user. Returns nullopt if the token opens it: of a user's and a client's the user's roles then decide.
  [[nodiscard]] std::optional<Error> token_refusal(const http::Principal& caller, std::string_view wanted) const;

 private:
  std::vector<part::Permission> all_;
};

/// The permissions that auth's own routes ask for.
std::vector<part::Permission> own_permissions();

}  // namespace voyages::auth
