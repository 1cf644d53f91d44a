#include "auth/oauth/claims.h"

#include "auth/oauth/authorize/claims_request.h"
#include "auth/oauth/scope.h"

namespace voyages::auth::oauth {

boost::json::object user_claims(const User& user, std::string_view scope) {
  const auto told = [&](std::string_view claim) { return has_scope(scope, scope_of_claim(claim)); };
  boost::json::object claims{{"sub", user.id}};
  // §5.3.2: a claim without a value is left out.
  if (told("name") && !user.name.empty()) claims["name"] = user.name;
  if (told("updated_at")) claims["updated_at"] = to_epoch_s(user.updated_at);
  if (told("email")) claims["email"] = user.email;
  if (told("email_verified")) claims["email_verified"] = user.email_verified_at.has_value();
  // By both names: many programs look for `groups` alone.
  for (const auto* name : {"roles", "groups"}) {
    if (told(name)) claims[name] = boost::json::array(user.roles.begin(), user.roles.end());
  }
  return claims;
}

}  // namespace voyages::auth::oauth
