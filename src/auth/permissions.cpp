#include "auth/permissions.h"

#include <algorithm>
#include <stdexcept>

namespace voyages::auth {

namespace {

// RFC 6749 §3.3: a scope is names with spaces between.
bool names(std::string_view scope, std::string_view wanted) {
  while (!scope.empty()) {
    const auto end = std::min(scope.find(' '), scope.size());
    if (scope.substr(0, end) == wanted) return true;
    scope.remove_prefix(std::min(end + 1, scope.size()));
  }
  return false;
}

}  // namespace

Permissions::Permissions(std::vector<part::Permission> all) : all_(std::move(all)) {
  std::vector<std::string_view> seen;
  for (const auto& permission : all_) {
    if (std::ranges::find(seen, permission.name) != seen.end()) {
      throw std::logic_error("two permissions are called " + std::string(permission.name));
    }
    seen.push_back(permission.name);
  }
}

const part::Permission* Permissions::find(std::string_view name) const {
  const auto found = std::ranges::find(all_, name, &part::Permission::name);
  return found == all_.end() ? nullptr : &*found;
}

bool Permissions::any_in(std::string_view scope) const {
  return std::ranges::any_of(all_, [&](const part::Permission& permission) { return names(scope, permission.name); });
}

bool Permissions::are_held(const std::vector<std::string>& roles, std::string_view wanted) const {
  const auto has = [&](std::string_view role) { return std::ranges::find(roles, role) != roles.end(); };
  const auto* permission = find(wanted);
  if (!permission) return has(wanted) || (wanted == "admin" && has("owner"));
  if (has("owner")) return true;
  // What is for owners alone comes with no other role, or an administrator could give it to itself.
  if (permission->roles.empty()) return false;
  return has(wanted) || std::ranges::any_of(permission->roles, has);
}

std::optional<Error> Permissions::token_refusal(const http::Principal& caller, std::string_view wanted) const {
  if (caller.is_service) {
    if (wanted.empty()) return Error(http::service_not_allowed);
    if (names(caller.scope, wanted)) return std::nullopt;
    return Error(http::forbidden, "This service token has no scope for this.");
  }
  if (caller.client_id.empty()) return std::nullopt;
  if (!find(wanted)) return Error(http::forbidden, "A client's token does not open this.");
  if (!names(caller.scope, wanted)) return Error(http::forbidden, "The client's token has no scope for this.");
  // By its own credentials (RFC 6749 §4.4) it acts for nobody.
  if (caller.user_id == caller.client_id) return Error(http::forbidden, "The client's token is no user's.");
  // RFC 9700 §4.9: another server that it is for as well could call us with it.
  if (caller.audience.size() > 1) return Error(http::forbidden, "A token for other servers too does not open this.");
  // RFC 9449 §7.1: it would have to come with a proof, which is not looked at here.
  if (!caller.dpop_jkt.empty()) return Error(http::forbidden, "A token that is bound to a key does not open this.");
  return std::nullopt;
}

std::vector<part::Permission> own_permissions() {
  return {{"users:read", "See all users", {"admin"}},
          {"users:write", "Invite, change, disable and delete users, and give them roles", {"admin"}},
          {"clients:read", "See the sites and programs that sign their users in here", {"admin"}},
          {"clients:write", "Add, change and delete sites and programs that sign their users in here", {"admin"}},
          {"providers:read", "See the providers that users may sign in with", {"admin"}},
          {"providers:write", "Add and remove providers that users may sign in with", {}}};
}

}  // namespace voyages::auth
