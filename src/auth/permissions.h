#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace voyages::auth {

/// Something that routes ask for by a name of its own instead of by a role. A service token carries it as a scope; of
/// users, owners, administrators and whoever has `role` have it.
struct Permission {
  std::string_view name;
  std::string_view role;
};
inline constexpr Permission permissions[] = {{"emails:send", "mailer"}};

/// Whether a user with these roles has what a route asks for: the role `wanted` or one that stands above it, or the
/// permission `wanted`.
bool satisfies(const std::vector<std::string>& roles, std::string_view wanted);

}  // namespace voyages::auth
