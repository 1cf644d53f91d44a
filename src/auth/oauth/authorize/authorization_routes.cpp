#include "auth/errors.h"
#include "auth/oauth/authorize/ask_consent.h"
#include "auth/oauth/authorize/authorize.h"
#include "auth/oauth/authorize/connected_sites.h"
#include "auth/oauth/authorize/push_request.h"
#include "auth/oauth/raw_route.h"
#include "auth/oauth/routes.h"
#include "http/endpoint.h"

namespace voyages::auth::oauth {

namespace {

using http::bind;
using http::Cors;
using http::Lane;
using http::Method;

std::vector<Parameter> request_parameters() {
  return {{"client_id", "", true},
          {"response_type", "`code`."},
          {"redirect_uri", "One of the client's, letter by letter; the port of this machine's loopback is free."},
          {"code_challenge", "PKCE (RFC 7636): the verifier's SHA-256."},
          {"code_challenge_method", "`S256`."},
          {"scope", "Names with spaces between, such as `openid profile email`."},
          {"state", "Comes back with the answer; at most 1024 bytes."},
          {"nonce", "Comes back in the ID token; at most 512 bytes."},
          {"response_mode", "`query`, which is usual, or `form_post`."},
          {"resource", "RFC 8707: who the access token is for; may stand several times."},
          {"prompt", "`none`, `login`, `consent`, `select_account`, `create`."},
          {"max_age", "Seconds since the person last proved who they are."},
          {"login_hint", "The address that the sign-in page is filled in with."},
          {"id_token_hint", "An ID token of the person who is expected."},
          {"claims", "OpenID Connect Core 5.5."},
          {"ui_locales", "In which languages the pages are, best first."},
          {"dpop_jkt", "RFC 9449: the key that the code is bound to."}};
}

std::vector<Parameter> with_request_uri(std::vector<Parameter> parameters) {
  parameters.push_back({"request_uri", "A pushed request (RFC 9126), instead of all the others but `client_id`."});
  return parameters;
}

// RFC 9700 §2.1: browsers go there, scripts do not.
void add_authorize(http::Router& router, Auth& auth, Method method, std::string_view operation_id) {
  add_raw(router,
          {.method = method,
           .path = "/oauth/authorize",
           .operation_id = std::string(operation_id),
           .parameters = with_request_uri(request_parameters())},
          for_browsers(auth.log, [&auth](const http::Request& request,
                                         http::Context& context) { return authorize(auth, request, context); }))
      .summary("Where a client sends the browser to let its user sign in (OpenID Connect)")
      .description("An answer whose client or redirect URI is not known is a page, with 400, and goes nowhere.")
      .answers(303)
      .header("Location", "The client's redirect URI with `code`, `state` and `iss`, or a page of this server.")
      .no_head()
      .cors(Cors::never);
}

void add_push(http::Router& router, Auth& auth) {
  add_raw(
      router,
      {.method = Method::post,
       .path = "/oauth/par",
       .operation_id = "push_request",
       .parameters = request_parameters(),
       .answer = {{"type", "object"},
                  {"required", {"request_uri", "expires_in"}},
                  {"properties", {{"request_uri", {{"type", "string"}}}, {"expires_in", {{"type", "integer"}}}}}}},
      [&auth](const http::Request& request, http::Context& context) { return push_request(auth, request, context); })
      .summary("Hand over an authorization request before the browser is sent (RFC 9126)")
      .description("The client proves who it is as at the token endpoint.")
      .answers(201)
      .cors(Cors::any);
}

void add_consent(http::Router& router, Auth& auth) {
  http::Endpoints routes(router, "oauth");
  routes.get("/oauth/request", "get_request", bind(auth, get_request))
      .summary("Which site the browser came from, for the sign-in page")
      .lane(Lane::quick)
      .cors(Cors::never)
      .fails(404, unknown_request);
  routes.get("/oauth/consent", "get_consent", bind(auth, get_consent))
      .summary("What a site asks the signed-in user to allow")
      .signed_in()
      .lane(Lane::quick)
      .cors(Cors::never)
      .fails(404, unknown_request)
      .fails(404, user_not_found);
  routes.post("/oauth/consent", "decide_consent", bind(auth, decide_consent))
      .summary("Allow it, or do not")
      .signed_in()
      .cors(Cors::never)
      .fails(404, unknown_request);
}

void add_connected_sites(http::Router& router, Auth& auth) {
  http::Endpoints routes(router, "account");
  routes.get("/auth/consents", "list_consents", bind(auth, list_consents))
      .summary("Sites that the user has allowed something")
      .signed_in();
  routes.del("/auth/consents/{client_id}", "revoke_consent", bind(auth, revoke_consent))
      .summary("Take back what a site was allowed, and sign it out")
      .signed_in();
}

}  // namespace

void add_authorization_routes(http::Router& router, Auth& auth) {
  add_authorize(router, auth, Method::get, "authorize");
  add_authorize(router, auth, Method::post, "authorize_by_form");
  add_push(router, auth);
  add_consent(router, auth);
  add_connected_sites(router, auth);
}

}  // namespace voyages::auth::oauth
