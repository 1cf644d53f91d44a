#include "auth/errors.h"
#include "auth/oauth/manage_clients.h"
#include "auth/oauth/routes.h"
#include "http/endpoint.h"

namespace voyages::auth::oauth {

namespace {

using http::bind;

void add_admin(http::Router& router, Auth& auth) {
  http::Endpoints routes(router, "admin");
  routes.get("/admin/clients", "list_clients", bind(auth, list_clients))
      .summary("All OAuth clients, oldest first, without their secrets")
      .signed_in("admin");
  routes.post("/admin/clients", "create_client", bind(auth, create_client))
      .summary("Make an OAuth client; its secret is shown this once")
      .signed_in("admin")
      .answers(201);
  routes.get("/admin/clients/{client_id}", "get_client", bind(auth, get_client))
      .summary("One OAuth client")
      .signed_in("admin")
      .fails(404, client_not_found);
  routes.patch("/admin/clients/{client_id}", "update_client", bind(auth, update_client))
      .summary("Change an OAuth client, or disable or enable it; what is not named stays")
      .signed_in("admin")
      .fails(404, client_not_found)
      .fails(409, conflict);
  routes.del("/admin/clients/{client_id}", "delete_client", bind(auth, delete_client))
      .summary("Delete an OAuth client; nobody signs in by it any more, and what it holds is worth nothing")
      .signed_in("admin")
      .fails(404, client_not_found);
  routes.post("/admin/clients/{client_id}/rotate-secret", "rotate_client_secret", bind(auth, rotate_client_secret))
      .summary("Give an OAuth client a new secret; the old one stops at once, its users stay signed in")
      .signed_in("admin")
      .fails(404, client_not_found)
      .fails(409, no_client_secret)
      .fails(409, conflict);
}

}  // namespace

void add_client_routes(http::Router& router, Auth& auth) { add_admin(router, auth); }

}  // namespace voyages::auth::oauth
