#include "auth/oauth/routes.h"

namespace voyages::auth::oauth {

void add_token_routes(http::Router&, Auth&) {}

}  // namespace voyages::auth::oauth
