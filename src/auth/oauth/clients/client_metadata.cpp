#include "auth/oauth/clients/client_metadata.h"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <stdexcept>

#include "auth/oauth/clients/client_uri.h"
#include "auth/oauth/scope.h"
#include "auth/oauth/token/id_token.h"
#include "base/encoding.h"
#include "base/uuid.h"
#include "crypto/token.h"
#include "http/types.h"

namespace voyages::auth::oauth {

namespace {

constexpr std::size_t secret_bytes = 32;

constexpr ErrorCode invalid_name{"invalid_name",
                                 "A name has 1 to 100 characters that people can see, and one alphabet in a word."};
constexpr ErrorCode invalid_uri{"invalid_uri", "This must be an absolute https URI (http on loopback alone)."};
constexpr ErrorCode invalid_redirect_uri{
    "invalid_redirect_uri",
    "This must be an absolute URI without fragment, user or `*`: https, http on loopback alone, or, for a client "
    "without a secret, a scheme of its own with a dot or one of client_schemes."};
constexpr ErrorCode no_redirect_uri{"required", "The grant type authorization_code needs a redirect URI."};
constexpr ErrorCode too_many_uris{"too_long", "At most 20 URIs, each of them once."};
constexpr ErrorCode unsupported_grant_type{
    "unsupported",
    "There are authorization_code, refresh_token, client_credentials and device_code, as the "
    "description of this field spells them."};
constexpr ErrorCode needs_secret{"unsupported", "client_credentials is for clients that have a secret."};
constexpr ErrorCode unsupported_method{"unsupported", "There are client_secret_basic, client_secret_post and none."};
constexpr ErrorCode fixed_method{"unchangeable",
                                 "A client that has a secret stays one, and so does one that has none: make another."};
constexpr ErrorCode unsupported_algorithm{"unsupported", "There are RS256, ES256 and EdDSA."};
constexpr ErrorCode unsupported_id_token_claims{"unsupported", "There are sign_in, always and none."};
constexpr ErrorCode invalid_client_scope{"invalid_scope", "This must be names of scopes with spaces between."};
constexpr ErrorCode invalid_resource{"invalid_resource", "At most eight absolute https URIs without fragment."};

constexpr std::array grant_types{grant_type::authorization_code, grant_type::refresh_token,
                                 grant_type::client_credentials, grant_type::device_code};
constexpr std::array auth_methods{auth_method::basic, auth_method::post, auth_method::none};

class Faults {
 public:
  void add(std::string field, const ErrorCode& fault) {
    error_.fields.push_back({std::move(field), std::string(fault.code), std::string(fault.message)});
  }
  [[nodiscard]] bool none() const { return error_.fields.empty(); }
  [[nodiscard]] Error take() { return std::move(error_); }

 private:
  Error error_{invalid_input};
};

void set_name(Client& client, std::string_view value, Faults& faults) {
  const auto name = http::Name<1, 100>::parse(value);
  if (!name) return faults.add("client_name", invalid_name);
  client.client_name = name->text();
}

void set_method(Client& client, const std::optional<std::string>& method, Faults& faults) {
  if (!method) return;
  if (!is_auth_method(*method)) {
    return faults.add("token_endpoint_auth_method", unsupported_method);
  }
  const bool is_public = *method == auth_method::none;
  // A new client has no id yet.
  if (!client.client_id.empty() && is_public != client.is_public()) {
    return faults.add("token_endpoint_auth_method", fixed_method);
  }
  client.token_endpoint_auth_method = *method;
}

void set_web_uri(std::string& uri, const std::optional<std::string>& value, const std::string& field, Faults& faults) {
  if (!value) return;
  if (!value->empty() && !is_web_uri(*value)) return faults.add(field, invalid_uri);
  uri = *value;
}

// A list that stays is not looked at again: whether a client has a secret cannot change, and a scheme that is no longer
// let in hinders nobody who disables its client.
void set_redirect_uris(std::vector<std::string>& uris, const std::optional<std::vector<std::string>>& value,
                       const std::string& field, const RedirectRule& rule, Faults& faults) {
  if (!value) return;
  uris = *value;
  auto sorted = uris;
  std::ranges::sort(sorted);
  if (uris.size() > most_uris || std::ranges::adjacent_find(sorted) != sorted.end()) {
    return faults.add(field, too_many_uris);
  }
  for (std::size_t i = 0; i < uris.size(); ++i) {
    if (rule.allows(uris[i])) continue;
    faults.add(field + '[' + std::to_string(i) + ']', invalid_redirect_uri);
  }
}

void set_grant_types(Client& client, const std::optional<std::vector<std::string>>& value, Faults& faults) {
  if (value) {
    client.grant_types.clear();
    for (const auto& type : *value) {
      if (std::ranges::find(grant_types, type) == grant_types.end()) {
        return faults.add("grant_types", unsupported_grant_type);
      }
      if (!client.may_use(type)) client.grant_types.push_back(type);
    }
    if (client.grant_types.empty()) return faults.add("grant_types", unsupported_grant_type);
  }
  if (client.is_public() && client.may_use(grant_type::client_credentials)) faults.add("grant_types", needs_secret);
  if (client.may_use(grant_type::authorization_code) && client.redirect_uris.empty()) {
    faults.add("redirect_uris", no_redirect_uri);
  }
}

void set_scope(Client& client, const std::optional<std::string>& value, Faults& faults) {
  if (!value) return;
  auto names = parse_scope(*value);
  if (!names || names->empty()) return faults.add("scope", invalid_client_scope);
  client.scopes = std::move(*names);
}

void set_resources(Client& client, const std::optional<std::vector<std::string>>& value, Faults& faults) {
  if (!value) return;
  auto resources = resources_for(Client(), *value);
  if (!resources) return faults.add("resources", invalid_resource);
  client.resources = std::move(*resources);
}

void set_algorithm(Client& client, const std::optional<std::string>& value, Faults& faults) {
  if (!value) return;
  if (!signs_id_tokens(*value)) return faults.add("id_token_signed_response_alg", unsupported_algorithm);
  client.id_token_signed_response_alg = *value;
}

void set_id_token_claims(Client& client, const std::optional<std::string>& value, Faults& faults) {
  if (!value) return;
  if (*value != when_told::none && *value != when_told::sign_in && *value != when_told::always) {
    return faults.add("id_token_claims", unsupported_id_token_claims);
  }
  client.id_token_claims = *value;
}

}  // namespace

bool is_auth_method(std::string_view method) { return std::ranges::find(auth_methods, method) != auth_methods.end(); }

bool signs_id_tokens(std::string_view algorithm) {
  const auto known = crypto::parse_algorithm(algorithm);
  return known && std::ranges::find(id_token_algorithms, *known) != id_token_algorithms.end();
}

Result<Client> with_metadata(Client client, const ClientMetadata& metadata, const std::vector<std::string>& schemes) {
  Faults faults;
  // A name that an older version let in hinders nobody who disables its client.
  if (metadata.client_name || client.client_name.empty()) set_name(client, metadata.client_name.value_or(""), faults);
  set_method(client, metadata.token_endpoint_auth_method, faults);
  set_web_uri(client.client_uri, metadata.client_uri, "client_uri", faults);
  set_web_uri(client.logo_uri, metadata.logo_uri, "logo_uri", faults);
  set_web_uri(client.backchannel_logout_uri, metadata.backchannel_logout_uri, "backchannel_logout_uri", faults);
  const RedirectRule rule{client.is_public(), schemes};
  set_redirect_uris(client.redirect_uris, metadata.redirect_uris, "redirect_uris", rule, faults);
  set_redirect_uris(client.post_logout_redirect_uris, metadata.post_logout_redirect_uris, "post_logout_redirect_uris",
                    rule, faults);
  set_grant_types(client, metadata.grant_types, faults);
  set_scope(client, metadata.scope, faults);
  set_resources(client, metadata.resources, faults);
  set_algorithm(client, metadata.id_token_signed_response_alg, faults);
  set_id_token_claims(client, metadata.id_token_claims, faults);
  client.first_party = metadata.first_party.value_or(client.first_party);
  client.require_pushed_authorization_requests =
      metadata.require_pushed_authorization_requests.value_or(client.require_pushed_authorization_requests);
  client.dpop_bound_access_tokens = metadata.dpop_bound_access_tokens.value_or(client.dpop_bound_access_tokens);
  client.require_pkce = metadata.require_pkce.value_or(client.require_pkce);
  if (!faults.none()) return fail(faults.take());
  return client;
}

Result<NewClient> new_client(const ClientMetadata& metadata, Time now, const std::vector<std::string>& schemes) {
  auto client = with_metadata(
      {.client_id = {},
       .client_name = {},
       .grant_types = {std::string(grant_type::authorization_code), std::string(grant_type::refresh_token)},
       .scopes = {std::string(scope::openid), std::string(scope::profile), std::string(scope::email),
                  std::string(scope::offline_access)},
       .created_at = now,
       .updated_at = now},
      metadata, schemes);
  if (!client) return fail(client.error());
  client->client_id = new_uuid7(now);
  if (client->is_public()) return NewClient{std::move(*client), {}};
  auto secret = new_client_secret();
  client->secret_hash = crypto::sha256(secret.expose());
  return NewClient{std::move(*client), std::move(secret)};
}

Result<NewClient> add_client(store::Table& table, const ClientMetadata& metadata, Time now,
                             const std::vector<std::string>& schemes) {
  auto made = new_client(metadata, now, schemes);
  if (!made) return made;
  const store::Write write = store::Put{to_item(made->client), {store::item_absent()}};
  if (!table.write({&write, 1})) throw std::runtime_error("a new client could not be stored");
  return made;
}

Secret new_client_secret() { return Secret(to_base64url(crypto::random_bytes(secret_bytes))); }

}  // namespace voyages::auth::oauth
