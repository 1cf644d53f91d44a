#include "auth/oauth/token/token_answer.h"

#include <algorithm>
#include <iterator>

#include "auth/oauth/claims.h"
#include "auth/oauth/scope.h"
#include "auth/oauth/token/id_token.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

Secret make_access_token(Auth& auth, const TokenRequest& request, const TokenGrant& grant) {
  const auto& session = grant.session;
  http::Principal principal{.user_id = session.user_id,
                            .session_id = session.session_id,
                            .client_id = request.client.client_id,
                            .scope = grant.scope,
                            .audience = grant.resources,
                            .dpop_jkt = request.proof.thumbprint};
  if (has_scope(grant.scope, scope::email)) {
    principal.email = session.email;
    principal.email_verified = session.email_verified;
  }
  if (has_scope(grant.scope, scope::roles)) principal.roles = session.roles;
  // The userinfo endpoint is a resource of ours.
  if (!grant.resources.empty() && has_scope(grant.scope, scope::openid)) {
    principal.audience.push_back(auth.access_tokens.issuer());
  }
  return auth.access_tokens.issue(principal, request.context.now);
}

// Whether the ID token tells all that the scope opens.
bool tells_all(const TokenRequest& request) {
  const auto& when = request.client.id_token_claims;
  if (when == when_told::sign_in) return request.form.get("grant_type") != grant_type::refresh_token;
  return when == when_told::always;
}

// Those that `claims` asked for there (OpenID Connect Core §5.5), and those of the client's setting. The user is read
// only where there are any.
json::object claims_for_id_token(Auth& auth, const TokenRequest& request, const TokenGrant& grant) {
  const auto& names = grant.session.grant.id_token_claims;
  const bool all = tells_all(request);
  if (names.empty() && !all) return {};
  const auto user = grant.user ? grant.user : find_user(auth.table, grant.session.user_id);
  if (!user) return {};
  json::object claims;
  for (const auto& [name, value] : user_claims(*user, grant.scope)) {
    if (all || std::ranges::find(names, name) != names.end()) claims[name] = value;
  }
  return claims;
}

}  // namespace

json::object answer_tokens(Auth& auth, const TokenRequest& request, const TokenGrant& grant) {
  const auto access_token = make_access_token(auth, request, grant);
  json::object answer{{"access_token", access_token.expose()},
                      {"token_type", request.proof.thumbprint.empty() ? "Bearer" : "DPoP"},
                      {"expires_in", auth.access_tokens.ttl().count()}};
  if (!grant.scope.empty()) answer["scope"] = grant.scope;
  if (!grant.refresh_token.empty()) answer["refresh_token"] = grant.refresh_token.expose();
  if (has_scope(grant.scope, scope::openid)) {
    const IdTokenContent content{access_token.expose(), grant.nonce, claims_for_id_token(auth, request, grant)};
    answer["id_token"] = make_id_token(auth, request.client, grant.session, content, request.context.now).expose();
  }
  return answer;
}

OAuthResult<std::vector<std::string>> narrow_resources(const Client& client, const Form& form,
                                                       const std::vector<std::string>& granted) {
  auto wanted = resources_for(client, form.all("resource"));
  if (!wanted) return wanted;
  if (wanted->empty()) {
    std::ranges::copy_if(granted, std::back_inserter(*wanted),
                         [&](const std::string& one) { return client.may_call(one); });
    // Without any, the token would be for this server.
    if (wanted->empty() && !granted.empty()) {
      return refuse(error::invalid_target, "The client may call none of the resources that were granted any more.");
    }
    return wanted;
  }
  const bool within = std::ranges::all_of(
      *wanted, [&](const std::string& one) { return std::ranges::find(granted, one) != granted.end(); });
  if (!within) return refuse(error::invalid_target, "A resource was not among those that were granted.");
  return wanted;
}

}  // namespace voyages::auth::oauth
