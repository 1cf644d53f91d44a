#include "auth/oauth/clients/client_authentication.h"
#include "auth/oauth/clients/register_client.h"
#include "auth/oauth/raw_route.h"
#include "auth/oauth/routes.h"
#include "auth/oauth/token/device.h"
#include "auth/oauth/token/dpop.h"
#include "auth/oauth/token/grants.h"
#include "auth/oauth/token/introspection.h"
#include "auth/oauth/token/revocation.h"
#include "auth/oauth/userinfo.h"
#include "auth/request_limit.h"
#include "auth/throttle.h"
#include "http/endpoint.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;
using http::Cors;
using http::Lane;
using http::Method;

using GrantHandler = OAuthResult<json::object> (*)(Auth& auth, const TokenRequest& request);

// What a request asks for, once its client has proved itself.
struct ClientRequest {
  Client client;
  Form form;
};

OAuthResult<ClientRequest> read_request(Auth& auth, const http::Request& request) {
  auto form = Form::read_body(request);
  if (!form) return std::unexpected(form.error());
  auto client = authenticate_client(auth, request, *form);
  if (!client) return std::unexpected(client.error());
  return ClientRequest{std::move(*client), std::move(*form)};
}

http::Response respond(const OAuthResult<json::object>& answer) {
  return answer ? json_response(*answer) : error_response(answer.error());
}

OAuthResult<GrantHandler> find_grant(std::string_view name) {
  if (name.empty()) return refuse(error::invalid_request, "grant_type is missing.");
  if (name == grant_type::authorization_code) return grant_by_code;
  if (name == grant_type::refresh_token) return grant_by_refresh_token;
  if (name == grant_type::client_credentials) return grant_by_client_credentials;
  if (name == grant_type::device_code) return grant_by_device_code;
  return refuse(error::unsupported_grant_type, "There is no such grant type here.");
}

OAuthResult<json::object> grant_tokens(Auth& auth, const http::Request& request, const http::Context& context) {
  const auto asked = read_request(auth, request);
  if (!asked) return std::unexpected(asked.error());
  const auto& [client, form] = *asked;
  const auto type = form.get("grant_type");
  const auto grant = find_grant(type);
  if (!grant) return std::unexpected(grant.error());
  if (!client.may_use(type)) return refuse(error::unauthorized_client, "The client may not use this grant type.");
  auto proof = read_dpop(auth, request, "/oauth/token", "", context.now);
  if (!proof) return std::unexpected(proof.error());
  // RFC 9449 §5.2.
  if (proof->thumbprint.empty() && client.dpop_bound_access_tokens) {
    return refuse(error::invalid_dpop_proof, "The client must prove a key: send a DPoP field.");
  }
  auto answer = (*grant)(auth, {client, form, std::move(*proof), context});
  if (const auto kept = answer ? keep_registered(client, context.now) : std::nullopt) {
    (void)auth.table.write({&*kept, 1});  // refused when the client has just been changed or deleted
  }
  return answer;
}

const std::vector<Parameter>& client_parameters() {
  static const std::vector<Parameter> parameters{
      {"client_id", "Unless it is in `Authorization: Basic`."},
      {"client_secret", "The same; a public client has none."},
  };
  return parameters;
}

std::vector<Parameter> with_client(std::vector<Parameter> parameters) {
  parameters.insert(parameters.end(), client_parameters().begin(), client_parameters().end());
  return parameters;
}

json::object text_of(std::string_view description) { return {{"type", "string"}, {"description", description}}; }
json::object number_of(std::string_view description) { return {{"type", "integer"}, {"description", description}}; }

json::object object_of(json::object properties, json::array required) {
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

void add_token_endpoint(http::Router& router, Auth& auth) {
  add_raw(router,
          {.method = Method::post,
           .path = "/oauth/token",
           .operation_id = "token",
           .parameters = with_client({{"grant_type", "What is traded for tokens; see docs/openid.md.", true},
                                      {"code", "Of the authorization response."},
                                      {"redirect_uri", "The same as in the authorization request."},
                                      {"code_verifier", "RFC 7636."},
                                      {"refresh_token", ""},
                                      {"device_code", "RFC 8628."},
                                      {"scope", "Less than was granted."},
                                      {"resource", "RFC 8707: some of those that were granted. May stand twice."}}),
           .answer = object_of({{"access_token", text_of("A JWT (RFC 9068).")},
                                {"token_type", text_of("`Bearer` or `DPoP`.")},
                                {"expires_in", number_of("Seconds until the access token expires.")},
                                {"scope", text_of("Of the access token.")},
                                {"refresh_token", text_of("Works once: each use gives the next.")},
                                {"id_token", text_of("Who signed in (OpenID Connect Core §2).")}},
                               {"access_token", "token_type", "expires_in"})},
          [&auth](const http::Request& request, http::Context& context) {
            return respond(grant_tokens(auth, request, context));
          })
      .summary("Trade a code, a refresh token, a device code or credentials for tokens")
      .description("Errors are those of RFC 6749 §5.2.")
      .cors(Cors::any);
}

void add_introspection(http::Router& router, Auth& auth) {
  add_raw(router,
          {.method = Method::post,
           .path = "/oauth/introspect",
           .operation_id = "introspect",
           .parameters = with_client({{"token", "An access or refresh token.", true}, {"token_type_hint", "Ignored."}}),
           .answer = object_of({{"active", {{"type", "boolean"}}},
                                {"client_id", text_of("Whose token it is.")},
                                {"sub", text_of("The user's id.")},
                                {"scope", text_of("")},
                                {"exp", number_of("When it expires, in seconds since 1970.")}},
                               {"active"})},
          [&auth](const http::Request& request, http::Context& context) {
            const auto asked = read_request(auth, request);
            if (!asked) return error_response(asked.error());
            return respond(introspect(auth, asked->client, asked->form, context.now));
          })
      .summary("Whether a token is in force, and for what (RFC 7662)")
      .description("For clients with a secret: of their own tokens, and of access tokens whose audience they are.")
      .cors(Cors::never);
}

void add_revocation(http::Router& router, Auth& auth) {
  add_raw(
      router,
      {.method = Method::post,
       .path = "/oauth/revoke",
       .operation_id = "revoke",
       .parameters = with_client({{"token", "An access or refresh token.", true}, {"token_type_hint", "Ignored."}})},
      [&auth](const http::Request& request, http::Context& context) {
        const auto asked = read_request(auth, request);
        if (!asked) return error_response(asked.error());
        const auto revoked = revoke(auth, asked->client, asked->form, context.now);
        return revoked ? http::Response{} : error_response(revoked.error());
      })
      .summary("End the session that a token belongs to (RFC 7009)")
      .cors(Cors::any);
}

void add_userinfo(http::Router& router, Auth& auth) {
  for (const auto method : {Method::get, Method::post}) {
    add_raw(router,
            {.method = method,
             .path = "/oauth/userinfo",
             .operation_id = method == Method::get ? "userinfo" : "post_userinfo",
             .answer = object_of({{"sub", text_of("The user's id.")},
                                  {"name", text_of("Scope `profile`.")},
                                  {"updated_at", number_of("Scope `profile`; seconds since 1970.")},
                                  {"email", text_of("Scope `email`.")},
                                  {"email_verified", {{"type", "boolean"}}},
                                  {"roles", {{"type", "array"}, {"items", {{"type", "string"}}}}},
                                  {"groups", {{"type", "array"}, {"items", {{"type", "string"}}}}}},
                                 {"sub"})},
            [&auth](const http::Request& request, http::Context& context) {
              return answer_userinfo(auth, request, context);
            })
        .summary("The user of an access token (OpenID Connect Core §5.3)")
        .description(
            "Send `Authorization: Bearer` or `Authorization: DPoP` with a client's access token; by POST, a bearer "
            "token "
            "may stand in the form as `access_token` (RFC 6750 §2.2).")
        .lane(Lane::quick)
        .lane_with("DPoP", Lane::blocking)  // a proof is remembered
        .cors(Cors::any);
  }
}

void add_device_flow(http::Router& router, Auth& auth) {
  add_raw(router,
          {.method = Method::post,
           .path = "/oauth/device_authorization",
           .operation_id = "authorize_device",
           .parameters = with_client({{"scope", "What the device asks for."},
                                      {"resource", "RFC 8707: who the access tokens are for. May stand twice."}}),
           .answer = object_of({{"device_code", text_of("For the token endpoint.")},
                                {"user_code", text_of("For the person to type.")},
                                {"verification_uri", text_of("Where they type it.")},
                                {"verification_uri_complete", text_of("The same with the code, for a QR code.")},
                                {"expires_in", number_of("Seconds.")},
                                {"interval", number_of("Seconds to wait between two polls.")}},
                               {"device_code", "user_code", "verification_uri", "expires_in"})},
          [&auth](const http::Request& request, http::Context& context) {
            const auto asked = read_request(auth, request);
            if (!asked) return error_response(asked.error());
            return respond(authorize_device(auth, asked->client, asked->form, context));
          })
      .summary("Begin a sign-in on a device without a browser (RFC 8628)")
      .cors(Cors::any);
  http::Endpoints routes(router, "oauth");
  routes.get("/oauth/device/request", "get_device_request", http::bind(auth, get_device_request))
      .summary("Which device asks, by the code that it shows")
      .signed_in()
      .cors(Cors::never)
      .fails(404, unknown_user_code)
      .fails(429, too_many_attempts);
  routes.post("/oauth/device/decision", "decide_device_request", http::bind(auth, decide_device_request))
      .summary("Let the device in, or refuse it")
      .signed_in()
      .cors(Cors::never)
      .fails(401, http::revoked_token)
      .fails(404, unknown_user_code)
      .fails(429, too_many_attempts);
}

}  // namespace

void add_token_routes(http::Router& router, Auth& auth) {
  add_token_endpoint(router, auth);
  add_device_flow(router, auth);
  add_introspection(router, auth);
  add_revocation(router, auth);
  add_userinfo(router, auth);
}

}  // namespace voyages::auth::oauth
