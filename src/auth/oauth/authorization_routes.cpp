#include "auth/oauth/routes.h"

namespace voyages::auth::oauth {

void add_authorization_routes(http::Router&, Auth&) {}

}  // namespace voyages::auth::oauth
