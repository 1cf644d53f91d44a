#include "auth/oauth/clients/register_client.h"

#include <fmt/format.h>

#include "auth/authenticator.h"
#include "auth/oauth/clients/client_metadata.h"
#include "auth/oauth/clients/manage_clients.h"
#include "auth/oauth/clients/registered_client.h"
#include "auth/request_limit.h"
#include "base/encoding.h"
#include "base/json_members.h"
#include "base/strict_json.h"
#include "base/text.h"
#include "crypto/token.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

constexpr std::string_view path = "/oauth/register/";
constexpr std::size_t max_metadata_bytes = 16 * 1024;
constexpr auto kept_in_steps_of = std::chrono::days(1);

OAuthError wrong(std::string description) {
  return {registration_error::invalid_client_metadata, std::move(description)};
}

OAuthResult<json::object> read_body(const http::Request& request) {
  const auto type = request.headers.get("Content-Type");
  if (!equal_ignoring_case(trim(type.substr(0, type.find(';'))), "application/json")) {
    return std::unexpected(wrong("Send the metadata as application/json."));
  }
  auto body =
      request.body.size() <= max_metadata_bytes ? parse_strict_json(request.body) : std::unexpected(JsonFault{});
  if (!body || !body->is_object()) return std::unexpected(wrong("The body is not one JSON object."));
  auto& object = body->get_object();
  // RFC 7592 §2.2: null is as good as absent.
  for (auto member = object.begin(); member != object.end();) {
    member = member->value().is_null() ? object.erase(member) : std::next(member);
  }
  return std::move(object);
}

// A client that registered itself: nobody has looked at it, and it is forgotten unless it is used.
OAuthResult<NewClient> make_client(const Auth& auth, const json::object& object, Time now) {
  auto made = new_registered_client(object, auth.options.client_schemes, now);
  if (made) made->client.expires_at = now + unused_client_ttl;
  return made;
}

void add_unless_empty(json::object& object, std::string_view name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

json::array to_array(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

// RFC 7591 §3.2.1: all that was registered, as it was taken.
json::object describe(const Auth& auth, const Client& client, std::string_view registration_token) {
  json::object object{{"client_id", client.client_id},
                      {"client_id_issued_at", to_epoch_s(client.created_at)},
                      {"client_name", client.client_name},
                      {"redirect_uris", to_array(client.redirect_uris)},
                      {"post_logout_redirect_uris", to_array(client.post_logout_redirect_uris)},
                      {"token_endpoint_auth_method", client.token_endpoint_auth_method},
                      {"grant_types", to_array(client.grant_types)},
                      {"response_types", json::array{}},
                      {"scope", fmt::format("{}", fmt::join(client.scopes, " "))},
                      {"id_token_signed_response_alg", client.id_token_signed_response_alg},
                      {"require_pushed_authorization_requests", client.require_pushed_authorization_requests},
                      {"dpop_bound_access_tokens", client.dpop_bound_access_tokens},
                      {"registration_access_token", registration_token},
                      {"registration_client_uri", auth.options.public_url + std::string(path) + client.client_id}};
  if (client.may_use(grant_type::authorization_code)) object["response_types"] = json::array{"code"};
  add_unless_empty(object, "client_uri", client.client_uri);
  add_unless_empty(object, "logo_uri", client.logo_uri);
  return object;
}

// RFC 7592 §2: a client that is not there is answered as a token that is wrong.
std::optional<Client> find_registration(Auth& auth, const http::Request& request) {
  const auto token = bearer_token(request);
  if (!token || request.headers.count("Authorization") != 1) return std::nullopt;
  auto client = find_client(auth.table, request.raw_path().substr(path.size()));
  if (!client || client->disabled_at || client->registration_token_hash.empty()) return std::nullopt;
  if (!equal_in_constant_time(crypto::sha256(*token), client->registration_token_hash)) return std::nullopt;
  return client;
}

http::Response refuse_token() {
  auto response = json_response(
      {{"error", error::invalid_token}, {"error_description", "This is not the client's registration access token."}},
      401);
  response.headers.add("WWW-Authenticate", R"(Bearer error="invalid_token")");
  return response;
}

// RFC 7592 §2.2: the client's own id must be said, and what only we say must not.
std::optional<OAuthError> find_fault(const json::object& object, const Client& client) {
  if (text_or_empty(object, "client_id") != client.client_id) return wrong("client_id is not this client's.");
  for (const auto* name :
       {"registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"}) {
    if (object.contains(name)) return wrong(fmt::format("{} cannot be set.", name));
  }
  if (!object.contains("client_secret")) return std::nullopt;
  const auto hash = crypto::sha256(text_or_empty(object, "client_secret"));
  if (equal_in_constant_time(hash, client.secret_hash)) return std::nullopt;
  return wrong("client_secret cannot be chosen.");
}

// RFC 7592 §2.2: what is left out goes back to its default.
OAuthResult<Client> replace_metadata(const Auth& auth, const Client& client, const json::object& object, Time now) {
  if (auto fault = find_fault(object, client)) return std::unexpected(std::move(*fault));
  auto made = make_client(auth, object, now);
  if (!made) return std::unexpected(made.error());
  auto& changed = made->client;
  if (changed.is_public() != client.is_public()) {
    return std::unexpected(wrong("token_endpoint_auth_method: a client that has a secret stays one."));
  }
  changed.client_id = client.client_id;
  changed.secret_hash = client.secret_hash;
  changed.registration_token_hash = client.registration_token_hash;
  changed.expires_at = client.expires_at;  // it fetched no tokens
  changed.created_at = client.created_at;
  changed.updated_at = client.updated_at;
  return std::move(changed);
}

}  // namespace

std::optional<store::Write> keep_registered(const Client& client, Time now) {
  if (!client.expires_at || *client.expires_at > now + unused_client_ttl - kept_in_steps_of) return std::nullopt;
  // An administrator who has changed it meanwhile has made it one that is not forgotten.
  return store::Update{.key = client_key(client.client_id),
                       .expires_at = now + unused_client_ttl,
                       .conditions = {store::equals("updated_at", to_ms(client.updated_at))}};
}

http::Response register_client(Auth& auth, const http::Request& request, http::Context& context) {
  if (auth.options.client_registration == ClientRegistration::off) {
    return error_response({error::access_denied, "Clients are registered by an administrator here.", 403});
  }
  if (const auto counted = count_request(auth, limited::client_registration, context); !counted) {
    auto response = error_response({"temporarily_unavailable", counted.error().message, 429});
    response.headers.add("Retry-After", std::to_string(counted.error().retry_after.value().count()));
    return response;
  }
  const auto object = read_body(request);
  if (!object) return error_response(object.error());
  auto made = make_client(auth, *object, context.now);
  if (!made) return error_response(made.error());
  const auto registration_token = new_client_secret();
  made->client.registration_token_hash = crypto::sha256(registration_token.expose());
  const store::Write write = store::Put{to_item(made->client), {store::item_absent()}};
  if (!auth.table.write({&write, 1})) throw std::runtime_error("a new client could not be stored");
  auto answer = describe(auth, made->client, registration_token.expose());
  if (!made->secret.empty()) {
    answer["client_secret"] = made->secret.expose();
    answer["client_secret_expires_at"] = 0;  // never
  }
  return json_response(answer, 201);
}

http::Response read_registration(Auth& auth, const http::Request& request, http::Context&) {
  const auto client = find_registration(auth, request);
  if (!client) return refuse_token();
  return json_response(describe(auth, *client, bearer_token(request).value()));
}

http::Response change_registration(Auth& auth, const http::Request& request, http::Context& context) {
  const auto client = find_registration(auth, request);
  if (!client) return refuse_token();
  const auto object = read_body(request);
  if (!object) return error_response(object.error());
  auto changed = replace_metadata(auth, *client, *object, context.now);
  if (!changed) return error_response(changed.error());
  if (!replace_client(auth.table, *changed, context.now)) {
    return error_response(wrong("Something else changed this client at the same moment. Try again."));
  }
  return json_response(describe(auth, *changed, bearer_token(request).value()));
}

http::Response delete_registration(Auth& auth, const http::Request& request, http::Context&) {
  const auto client = find_registration(auth, request);
  if (!client) return refuse_token();
  (void)remove_client(auth.table, client->client_id);
  http::Response response{.status = 204};
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace voyages::auth::oauth
