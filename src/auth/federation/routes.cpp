#include "auth/federation/routes.h"

#include "auth/browser_session.h"
#include "auth/errors.h"
#include "auth/federation/admin_providers.h"
#include "auth/federation/attempt.h"
#include "auth/federation/callback.h"
#include "auth/federation/errors.h"
#include "auth/federation/identity.h"
#include "auth/federation/start.h"
#include "auth/request_limit.h"
#include "http/endpoint.h"
#include "http/raw_route.h"

namespace voyages::auth::federation {

namespace {

using http::bind;
using http::Context;
using http::Request;
using http::Response;
using http::Route;

Response start(Federation& federation, CallerAuthenticator& authenticator, const Route& route, const Request& request,
               const http::PathParameters& parameters, Context& context) {
  const auto& options = federation.auth.options;
  // RFC 6749 §10.12: another site's page could otherwise sign its visitor in as somebody else.
  if (!from_our_pages(request.headers, options.public_url)) {
    return http::failure(route, http::cross_site_request, context);
  }
  const auto input = http::read_input<StartRequest>(route, request, parameters);
  if (!input) return http::input_problem(input.error(), context.request_id);
  // Signed in or not: only who links must be.
  if (input->link.value_or(false)) {
    auto caller = authenticator.authenticate(request, {}, context.now);
    if (caller) context.caller = std::move(*caller);
  }
  auto secret = find_browser(options, request.headers);
  const Browser browser{secret ? std::move(*secret) : new_browser(),
                        find_browser_session(federation.auth, request.headers).has_value()};
  const auto started = start_federation(federation, *input, browser, context);
  if (!started) return http::failure(route, started.error(), context);
  context.response_headers.add("Set-Cookie", browser_cookie(options, browser.secret));
  Response response;
  response.headers.add("Content-Type", "application/json");
  http::write_json(response.body, *started);
  return response;
}

// Not typed: it reads and writes a cookie.
void add_start(http::Router& router, Federation& federation, CallerAuthenticator& authenticator) {
  const auto describe_input = [](http::SchemaBook& book) {
    return Route::Input{.schema = http::detail::struct_schema<StartRequest>(book), .from_body = true};
  };
  http::add_raw_route(
      router,
      {.method = http::Method::post,
       .path = "/auth/federation/{provider}",
       .operation_id = "start_federation",
       .input = describe_input,
       .output = [](http::SchemaBook& book) { return http::schema_of<StartResponse>(book); }},
      [&](const Route& self, const Request& request, const http::PathParameters& parameters, Context& context) {
        return start(federation, authenticator, self, request, parameters, context);
      })
      .tag("federation")
      .lane(http::Lane::outgoing)
      .summary("Begin to sign in with a provider, or to link one to the signed-in account")
      .description(
          "For pages of this server: it sets a cookie without which the provider's answer counts nothing, and refuses "
          "requests from other sites.")
      .fails(401, http::unauthenticated)
      .fails(403, http::cross_site_request)
      .fails(403, email_not_verified)
      .fails(403, fresh_sign_in_needed)
      .fails(404, provider_not_found)
      .fails(429, too_many_requests)
      .fails(503, federation_failed);
}

// Not typed: what a provider adds to its answer is not ours to refuse.
void add_callback(http::Router& router, Federation& federation) {
  const auto describe_input = [](http::SchemaBook&) {
    const boost::json::object text{{"type", "string"}};
    return Route::Input{
        .schema = {{"type", "object"},
                   {"properties",
                    {{"provider", text}, {"state", text}, {"code", text}, {"iss", text}, {"error", text}}},
                   {"required", {"provider"}}},
        .from_body = false,
        .refused = false};
  };
  auto& route = http::add_raw_route(
      router,
      {.path = "/auth/federation/{provider}/callback", .operation_id = "finish_federation", .input = describe_input},
      [&federation](const Request& request, const http::PathParameters& parameters, Context& context) {
        return finish_federation(federation, parameters.front().second, request, context);
      });
  take_browser_along(route, federation.auth);
  route.tag("federation")
      .lane(http::Lane::outgoing)
      .summary("Where a provider sends the browser back to")
      .description(
          "Leads to the page that was asked for, signed in; or to `/login` or `/account` with `error=` and why not.")
      .answers(303)
      .header("Location", "The page to go to.")
      .no_head();
}

void add_identities(http::Router& router, Federation& federation) {
  auto& auth = federation.auth;
  http::Endpoints routes(router, "account");
  routes.get("/auth/identities", "list_identities", bind(auth, list_identities))
      .summary("The identities at providers that sign the user in")
      .signed_in();
  routes.del("/auth/identities/{id}", "delete_identity", bind(auth, delete_identity))
      .summary("Unlink an identity, unless it is the last way to sign in")
      .signed_in()
      .fails(404, identity_not_found)
      .fails(409, last_sign_in_method)
      .fails(409, conflict);
}

void add_providers(http::Router& router, Federation& federation) {
  using List = Result<ProviderList> (*)(Auth&, const http::Nothing&, Context&);
  using Add = Result<ProviderResponse> (*)(Auth&, const AddProviderRequest&, Context&);
  auto& auth = federation.auth;
  http::Endpoints routes(router, "admin");
  routes.get("/admin/providers", "list_providers", bind(auth, static_cast<List>(list_providers)))
      .summary("The providers that users may sign in with")
      .signed_in("providers:read");
  // A provider says which address belongs to whom, an owner's too.
  routes.post("/admin/providers", "add_provider", bind(auth, static_cast<Add>(add_provider)))
      .summary("Let users sign in with an OpenID provider, or GitHub")
      .description("For owners alone: a provider vouches for addresses, so it can sign anybody in.")
      .signed_in("providers:write")
      .answers(201)
      .fails(409, provider_exists);
  routes.del("/admin/providers/{id}", "delete_provider", bind(auth, remove_provider))
      .summary("Let nobody sign in with a provider any more; accounts stay")
      .signed_in("providers:write")
      .fails(404, provider_not_found);
}

}  // namespace

void add_routes(http::Router& router, Federation& federation, CallerAuthenticator& authenticator) {
  add_start(router, federation, authenticator);
  add_callback(router, federation);
  add_identities(router, federation);
  add_providers(router, federation);
}

}  // namespace voyages::auth::federation
