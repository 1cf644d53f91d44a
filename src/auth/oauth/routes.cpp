#include "auth/oauth/routes.h"

#include <boost/describe.hpp>

#include "auth/oauth/token/id_token.h"
#include "http/endpoint.h"

namespace voyages::auth::oauth {

namespace {

struct JwksResponse {
  std::vector<boost::json::object> keys;
};
BOOST_DESCRIBE_STRUCT(JwksResponse, (), (keys))

void add_jwks(http::Router& router, Auth& auth) {
  http::Endpoints routes(router, "auth");
  routes
      .get("/.well-known/jwks.json", "jwks",
           [&auth](const http::Nothing&, http::Context& context) -> Result<JwksResponse> {
             // Now rather than with the first ID token: a cache of this answer would not have its key.
             prepare_id_token_keys(auth, context.now);
             // Half of what a new key is published ahead, so nobody meets a key that its cache does not have.
             context.response_headers.add("Cache-Control", "public, max-age=300");
             JwksResponse response;
             for (const auto& key : auth.keys.list(context.now)) response.keys.push_back(key.jwk.to_public_jwk());
             return response;
           })
      .summary("The public keys that verify tokens (RFC 7517)")
      .cors(http::Cors::any);
}

}  // namespace

void add_routes(http::Router& router, Auth& auth) {
  add_jwks(router, auth);
  add_authorization_routes(router, auth);
  add_token_routes(router, auth);
  add_client_routes(router, auth);
}

}  // namespace voyages::auth::oauth
