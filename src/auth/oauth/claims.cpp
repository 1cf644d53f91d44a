#include "auth/oauth/claims.h"

#include "auth/oauth/client.h"
#include "auth/oauth/scope.h"

namespace voyages::auth::oauth {

boost::json::object user_claims(const User& user, std::string_view scope) {
  boost::json::object claims{{"sub", user.id}};
  if (has_scope(scope, scope::profile)) {
    // §5.3.2: a claim without a value is left out.
    if (!user.name.empty()) claims["name"] = user.name;
    claims["updated_at"] = to_epoch_s(user.updated_at);
  }
  if (has_scope(scope, scope::email)) {
    claims["email"] = user.email;
    claims["email_verified"] = user.email_verified_at.has_value();
  }
  if (has_scope(scope, scope::roles)) claims["roles"] = boost::json::array(user.roles.begin(), user.roles.end());
  return claims;
}

}  // namespace voyages::auth::oauth
