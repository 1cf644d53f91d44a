#include "auth/oauth/scope.h"
#include "auth/oauth/token/grants.h"
#include "auth/refresh.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

// What of a refresh token's grant the request asks for.
struct Narrowed {
  std::string scope;
  std::vector<std::string> resources;
};

OAuthResult<Narrowed> narrow(const Auth& auth, const TokenRequest& request, const Grant& grant) {
  // RFC 6749 §5.2: the token was issued to another client. RFC 9449 §5: or to another key.
  if (grant.client_id != request.client.client_id ||
      (!grant.dpop_jkt.empty() && grant.dpop_jkt != request.proof.thumbprint)) {
    return refuse(error::invalid_grant, "The refresh token is not valid, has expired or was used.");
  }
  // An administrator has taken from the client what this session lives by.
  const bool offline = has_scope(grant.scope, scope::offline_access);
  if ((grant.unasked && !request.client.first_party) ||
      (offline && !request.client.may_ask_for(scope::offline_access))) {
    return refuse(error::invalid_grant,
                  "The client may not hold this without the user any more. Send them here again.");
  }
  const auto wanted = parse_scope(request.form.get("scope"));
  if (!wanted) return std::unexpected(wanted.error());
  if (!is_within(request.form.get("scope"), grant.scope)) {
    return refuse(error::invalid_scope, "The scope is more than was granted.");
  }
  auto scope = narrow_scope(request.client, wanted->empty() ? grant.scope : join_scope(*wanted));
  if (!scope) return std::unexpected(scope.error());
  // A name of the operator's own may have become a permission since, which needs the user's consent.
  if (grant.unasked && auth.permissions.any_in(*scope)) {
    return refuse(error::invalid_grant, "The client needs the user's consent for this scope. Send them here again.");
  }
  auto resources = narrow_resources(request.client, request.form, grant.resources);
  if (!resources) return std::unexpected(resources.error());
  return Narrowed{std::move(*scope), std::move(*resources)};
}

}  // namespace

OAuthResult<json::object> grant_by_refresh_token(Auth& auth, const TokenRequest& request) {
  const auto token = request.form.find("refresh_token");
  if (!token) return refuse(error::invalid_request, "refresh_token is missing.");
  OAuthResult<Narrowed> narrowed =
      refuse(error::invalid_grant, "The refresh token is not valid, has expired or was used.");
  // Decided before the token is used up: who asks for too much may ask again.
  const auto may_use = [&](const SessionClaims& claims) {
    if (narrowed) return true;  // asked again, since the token was used at this very moment
    narrowed = narrow(auth, request, claims.grant);
    const auto used = narrowed ? spend_proof(auth, request.proof, request.context.now) : OAuthResult<void>();
    if (!used) narrowed = std::unexpected(used.error());
    return narrowed.has_value();
  };
  auto refreshed = rotate_refresh_token(auth, Secret(*token), may_use, request.context);
  if (!refreshed && !narrowed) return std::unexpected(narrowed.error());
  if (!refreshed) return refuse(error::invalid_grant, refreshed.error().message);
  return answer_tokens(auth, request,
                       {.session = std::move(refreshed->claims),
                        .scope = std::move(narrowed->scope),
                        .resources = std::move(narrowed->resources),
                        .refresh_token = std::move(refreshed->refresh_token)});
}

}  // namespace voyages::auth::oauth
