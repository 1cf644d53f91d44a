#include "auth/oauth/routes.h"

namespace voyages::auth::oauth {

void add_client_routes(http::Router&, Auth&) {}

}  // namespace voyages::auth::oauth
