#include "auth/authenticator.h"
#include "auth/browser_session.h"
#include "auth/errors.h"
#include "auth/oauth/clients/manage_clients.h"
#include "auth/oauth/clients/register_client.h"
#include "auth/oauth/logout/logout.h"
#include "auth/oauth/metadata.h"
#include "auth/oauth/raw_route.h"
#include "auth/oauth/routes.h"
#include "auth/oauth/token/id_token.h"
#include "http/endpoint.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;
using http::bind;
using http::Context;
using http::Cors;
using http::Lane;
using http::Method;
using http::Request;

void add_admin(http::Router& router, Auth& auth) {
  http::Endpoints routes(router, "admin");
  routes.get("/admin/clients", "list_clients", bind(auth, list_clients))
      .summary("All OAuth clients, oldest first, without their secrets")
      .signed_in("clients:read");
  routes.post("/admin/clients", "create_client", bind(auth, create_client))
      .summary("Make an OAuth client; its secret is shown this once")
      .signed_in("clients:write")
      .answers(201);
  routes.get("/admin/clients/{client_id}", "get_client", bind(auth, get_client))
      .summary("One OAuth client")
      .signed_in("clients:read")
      .fails(404, client_not_found);
  routes.patch("/admin/clients/{client_id}", "update_client", bind(auth, update_client))
      .summary("Change an OAuth client, or disable or enable it; what is not named stays")
      .signed_in("clients:write")
      .fails(404, client_not_found)
      .fails(409, conflict);
  routes.del("/admin/clients/{client_id}", "delete_client", bind(auth, delete_client))
      .summary("Delete an OAuth client; nobody signs in by it any more, and what it holds is worth nothing")
      .signed_in("clients:write")
      .fails(404, client_not_found);
  routes.post("/admin/clients/{client_id}/rotate-secret", "rotate_client_secret", bind(auth, rotate_client_secret))
      .summary("Give an OAuth client a new secret; the old one stops at once, its users stay signed in")
      .signed_in("clients:write")
      .fails(404, client_not_found)
      .fails(409, no_client_secret)
      .fails(409, conflict);
}

void add_metadata(http::Router& router, Auth& auth, std::string path, std::string operation_id,
                  std::string_view summary) {
  const json::object schema{{"type", "object"}, {"required", {"issuer", "authorization_endpoint", "token_endpoint"}}};
  add_raw(router,
          {.method = Method::get,
           .path = std::move(path),
           .operation_id = std::move(operation_id),
           .parameters = {},
           .answer = schema},
          [text = json::serialize(server_metadata(auth.options))](const Request&, Context&) {
            http::Response response;
            response.headers.add("Content-Type", "application/json");
            response.headers.add("Cache-Control", "public, max-age=300");
            response.body = text;
            return response;
          })
      .summary(summary)
      .cors(Cors::any)
      .lane(http::Lane::quick);
}

json::object text_member(std::string_view description) { return {{"type", "string"}, {"description", description}}; }

json::object list_member(std::string_view description) {
  return {{"type", "array"}, {"items", {{"type", "string"}}}, {"description", description}};
}

json::object registration_schema() {
  return {{"type", "object"},
          {"properties",
           {{"client_name", text_member("Shown to people who are asked for consent.")},
            {"redirect_uris",
             list_member("As for the clients that administrators make; those that are not allowed are left out.")},
            {"post_logout_redirect_uris", list_member("Where a browser may be sent after the logout.")},
            {"token_endpoint_auth_method", text_member("`client_secret_basic`, `client_secret_post` or `none`.")},
            {"grant_types", list_member("`authorization_code` and `refresh_token`; others are left out.")},
            {"response_types", list_member("`code` alone.")},
            {"scope", text_member("Names with spaces between.")},
            {"client_uri", text_member("The program's own page.")},
            {"id_token_signed_response_alg", text_member("`RS256`, `ES256` or `EdDSA`.")},
            {"dpop_bound_access_tokens", {{"type", "boolean"}}},
            {"require_pushed_authorization_requests", {{"type", "boolean"}}}}},
          {"example", {{"client_name", "Notes"}, {"redirect_uris", {"https://notes.example/callback"}}}}};
}

// Its answer has the metadata as they were taken, and what the client needs to look after itself.
json::object registration_answer() {
  auto schema = registration_schema();
  auto& properties = schema["properties"].get_object();
  properties["client_id"] = text_member("");
  properties["client_secret"] = text_member("Shown once.");
  properties["registration_access_token"] = text_member("A bearer token for `registration_client_uri`.");
  properties["registration_client_uri"] = text_member("Where the client reads, changes and deletes itself.");
  return schema;
}

/// A route whose body is the metadata of a client, in JSON.
void takes_metadata(http::Route& route, bool names_client) {
  route.describe_input = [names_client](http::SchemaBook&) {
    auto schema = registration_schema();
    if (names_client) schema["properties"].get_object()["client_id"] = text_member("The client's own id.");
    return http::Route::Input{.schema = std::move(schema), .from_body = true, .refused = false};
  };
}

void add_registration(http::Router& router, Auth& auth) {
  auto& registration =
      add_raw(router,
              {.method = Method::post,
               .path = "/oauth/register",
               .operation_id = "register_client",
               .parameters = {},
               .answer = registration_answer()},
              [&auth](const Request& request, Context& context) { return register_client(auth, request, context); })
          .summary("Register a program as an OAuth client, where `client_registration` is open (RFC 7591)")
          .description(
              "The answer tells what was granted, which may be less than what was asked for. Errors are those of RFC "
              "7591 §3.2.2.")
          .answers(201)
          .cors(Cors::any);
  takes_metadata(registration, false);
  const std::string own_path = "/oauth/register/{client_id}";
  const std::vector<Parameter> client_id{{"client_id", "The client's own id.", true}};
  add_raw(router,
          {.method = Method::get,
           .path = own_path,
           .operation_id = "read_registration",
           .parameters = client_id,
           .answer = registration_answer()},
          [&auth](const Request& request, Context& context) { return read_registration(auth, request, context); })
      .summary("What a client registered, by its registration access token (RFC 7592)")
      .lane(Lane::quick)
      .cors(Cors::any);
  auto& change =
      add_raw(router,
              {.method = Method::put,
               .path = own_path,
               .operation_id = "change_registration",
               .parameters = client_id,
               .answer = registration_answer()},
              [&auth](const Request& request, Context& context) { return change_registration(auth, request, context); })
          .summary("Replace what a client registered, by its registration access token (RFC 7592)")
          .cors(Cors::any);
  takes_metadata(change, true);
  add_raw(router,
          {.method = Method::del, .path = own_path, .operation_id = "delete_registration", .parameters = client_id},
          [&auth](const Request& request, Context& context) { return delete_registration(auth, request, context); })
      .summary("Remove a client, by its registration access token (RFC 7592)")
      .answers(204)
      .cors(Cors::any);
}

void add_start_of_logout(http::Router& router, Auth& auth, Method method, std::string operation_id) {
  add_raw(router,
          {.method = method,
           .path = "/oauth/logout",
           .operation_id = std::move(operation_id),
           .parameters = {{"id_token_hint", "An ID token that the client got for its user; it may have expired."},
                          {"client_id", "Whose user it is, where there is no ID token."},
                          {"post_logout_redirect_uri", "Where the browser goes then: one that the client registered."},
                          {"state", "Comes back with it; at most 1024 bytes."},
                          {"ui_locales", "In which languages the page is, best first."}}},
          for_browsers(auth.log, [&auth](const Request& request,
                                         Context& context) { return start_logout(auth, request, context); }))
      .summary("Where a client sends the browser to sign its user out (OpenID Connect RP-Initiated Logout)")
      .description("Without an ID token of the person who is signed in, the person is asked.")
      .answers(303)
      .header("Location", "The client's address, or a page of this server.")
      .no_head()
      .cors(Cors::never);
}

void add_confirmation_of_logout(http::Router& router, Auth& auth) {
  http::Endpoints routes(router, "oauth");
  auto& route = routes.post("/oauth/logout/confirm", "confirm_logout", bind(auth, confirm_logout))
                    .summary("Sign out, as the person who was asked wants it")
                    .description("The browser's session ends, if there is one, and what sites hold by it.")
                    .cors(Cors::never)
                    .fails(400, logout_error::invalid_request)
                    .fails(400, logout_error::unknown_client)
                    .fails(400, logout_error::invalid_redirect_uri)
                    .fails(403, http::cross_site_request);
  take_browser_along(route, auth);  // a browser that is no longer signed in may come too
}

}  // namespace

void add_client_routes(http::Router& router, Auth& auth) {
  add_admin(router, auth);
  add_metadata(router, auth, "/.well-known/openid-configuration", "openid_configuration",
               "What this OpenID provider can do (OpenID Connect Discovery)");
  add_metadata(router, auth, "/.well-known/oauth-authorization-server", "authorization_server_metadata",
               "The same for OAuth clients (RFC 8414)");
  add_registration(router, auth);
  add_start_of_logout(router, auth, Method::get, "start_logout");
  add_start_of_logout(router, auth, Method::post, "start_logout_by_form");
  add_confirmation_of_logout(router, auth);
}

}  // namespace voyages::auth::oauth
