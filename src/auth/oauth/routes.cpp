#include "auth/oauth/routes.h"

namespace voyages::auth::oauth {

void add_routes(http::Router& router, Auth& auth) {
  add_authorization_routes(router, auth);
  add_token_routes(router, auth);
  add_client_routes(router, auth);
}

}  // namespace voyages::auth::oauth
