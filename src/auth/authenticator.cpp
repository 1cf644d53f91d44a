#include "auth/authenticator.h"

#include <algorithm>

#include "auth/access_token.h"
#include "auth/session.h"
#include "auth/user.h"
#include "base/encoding.h"

namespace voyages::auth {

bool satisfies(const std::vector<std::string>& roles, std::string_view wanted) {
  const auto has = [&](std::string_view role) { return std::ranges::find(roles, role) != roles.end(); };
  return has(wanted) || (wanted == "admin" && has("owner"));
}

std::optional<std::string_view> bearer_token(const http::Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  const auto credentials = request.headers.get("Authorization");
  // RFC 9110 §11.1: the scheme's name has no case.
  if (!equal_ignoring_case(credentials.substr(0, scheme.size()), scheme)) return std::nullopt;
  return credentials.substr(scheme.size());
}

Result<std::shared_ptr<const http::Principal>> BearerAuthenticator::authenticate(const http::Request& request,
                                                                                 std::string_view role, Time now) {
  const auto token = bearer_token(request);
  if (!token || request.headers.count("Authorization") != 1) return fail(http::unauthenticated);
  return check(*token, role, now);
}

Result<std::shared_ptr<const http::Principal>> BearerAuthenticator::check(std::string_view token, std::string_view role,
                                                                          Time now) {
  auto principal = auth_.access_tokens.verify(token, now);
  if (!principal) return principal;
  if (role.empty()) {
    if (get(auth_.table, blacklist_key((*principal)->session_id), store::Consistency::eventual))
      return fail(revoked_token);
    return principal;
  }
  const store::Key keys[] = {blacklist_key((*principal)->session_id), user_key((*principal)->user_id)};
  const auto items = auth_.table.get(keys, store::Consistency::strong);
  if (items[0] || !items[1]) return fail(revoked_token);
  const auto user = to_user(*items[1]);
  if (!satisfies(user.roles, role)) return fail(http::forbidden);
  auto current = **principal;
  current.roles = user.roles;
  current.email = user.email;
  current.email_verified = user.email_verified_at.has_value();
  return std::make_shared<const http::Principal>(std::move(current));
}

}  // namespace voyages::auth
