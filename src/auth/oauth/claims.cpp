#include "auth/oauth/claims.h"

#include <algorithm>

#include "auth/oauth/client.h"
#include "auth/oauth/scope.h"

namespace voyages::auth::oauth {

boost::json::object user_claims(const User& user, std::string_view scope, const std::vector<std::string>& names) {
  const auto told = [&](std::string_view scope_name, std::string_view claim) {
    return has_scope(scope, scope_name) || std::ranges::find(names, claim) != names.end();
  };
  boost::json::object claims{{"sub", user.id}};
  // §5.3.2: a claim without a value is left out.
  if (told(scope::profile, "name") && !user.name.empty()) claims["name"] = user.name;
  if (told(scope::profile, "updated_at")) claims["updated_at"] = to_epoch_s(user.updated_at);
  if (told(scope::email, "email")) claims["email"] = user.email;
  if (told(scope::email, "email_verified")) claims["email_verified"] = user.email_verified_at.has_value();
  if (told(scope::roles, "roles")) claims["roles"] = boost::json::array(user.roles.begin(), user.roles.end());
  return claims;
}

}  // namespace voyages::auth::oauth
