#include "auth/oauth/metadata.h"

#include "auth/oauth/clients/client.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

json::array client_methods() { return {auth_method::basic, auth_method::post, auth_method::none}; }

void add_endpoints(json::object& metadata, const AuthOptions& options) {
  const auto at = [&](std::string_view path) { return options.public_url + std::string(path); };
  metadata["issuer"] = options.public_url;
  metadata["authorization_endpoint"] = at("/oauth/authorize");
  metadata["token_endpoint"] = at("/oauth/token");
  metadata["userinfo_endpoint"] = at("/oauth/userinfo");
  metadata["jwks_uri"] = at("/.well-known/jwks.json");
  metadata["pushed_authorization_request_endpoint"] = at("/oauth/par");
  metadata["device_authorization_endpoint"] = at("/oauth/device_authorization");
  metadata["introspection_endpoint"] = at("/oauth/introspect");
  metadata["revocation_endpoint"] = at("/oauth/revoke");
  metadata["end_session_endpoint"] = at("/oauth/logout");
  if (options.client_registration == ClientRegistration::open)
    metadata["registration_endpoint"] = at("/oauth/register");
  metadata["service_documentation"] = at("/docs");
}

void add_capabilities(json::object& metadata) {
  metadata["response_types_supported"] = json::array{"code"};
  metadata["response_modes_supported"] = json::array{"query", "form_post"};
  metadata["grant_types_supported"] = json::array{grant_type::authorization_code, grant_type::refresh_token,
                                                  grant_type::client_credentials, grant_type::device_code};
  metadata["code_challenge_methods_supported"] = json::array{"S256"};
  metadata["token_endpoint_auth_methods_supported"] = client_methods();
  metadata["revocation_endpoint_auth_methods_supported"] = client_methods();
  metadata["introspection_endpoint_auth_methods_supported"] = json::array{auth_method::basic, auth_method::post};
  metadata["id_token_signing_alg_values_supported"] = json::array{"RS256", "ES256", "EdDSA"};
  metadata["dpop_signing_alg_values_supported"] = json::array{"RS256", "ES256", "EdDSA"};
  metadata["subject_types_supported"] = json::array{"public"};
  metadata["scopes_supported"] = json::array(std::begin(scope::all), std::end(scope::all));
  metadata["claims_supported"] =
      json::array{"sub", "iss",     "aud",  "exp",        "iat",   "auth_time",      "nonce", "acr",   "amr",
                  "sid", "at_hash", "name", "updated_at", "email", "email_verified", "roles", "groups"};
  metadata["claims_parameter_supported"] = true;
  metadata["request_parameter_supported"] = false;
  metadata["request_uri_parameter_supported"] = false;  // but those of pushed requests (RFC 9126 §5)
  metadata["require_pushed_authorization_requests"] = false;
  metadata["authorization_response_iss_parameter_supported"] = true;  // RFC 9207
  metadata["prompt_values_supported"] = json::array{"none", "login", "consent", "select_account", "create"};
  metadata["acr_values_supported"] = json::array{"pwd", "fed"};
  metadata["ui_locales_supported"] = json::array{"en", "de"};
  metadata["backchannel_logout_supported"] = true;
  metadata["backchannel_logout_session_supported"] = true;
}

}  // namespace

json::object server_metadata(const AuthOptions& options) {
  json::object metadata;
  add_endpoints(metadata, options);
  add_capabilities(metadata);
  return metadata;
}

}  // namespace voyages::auth::oauth
