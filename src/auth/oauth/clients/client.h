#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/table_keys.h"
#include "base/clock.h"
#include "store/table.h"

namespace voyages::auth::oauth {

/// The names of RFC 6749, RFC 8628 and RFC 7591 §2. Implicit and password do not exist here (RFC 9700 §2.1.2, §2.4).
namespace grant_type {
inline constexpr std::string_view authorization_code = "authorization_code";
inline constexpr std::string_view refresh_token = "refresh_token";
inline constexpr std::string_view client_credentials = "client_credentials";
inline constexpr std::string_view device_code = "urn:ietf:params:oauth:grant-type:device_code";
}  // namespace grant_type

/// How a client proves who it is (RFC 7591 §2).
namespace auth_method {
inline constexpr std::string_view basic = "client_secret_basic";
inline constexpr std::string_view post = "client_secret_post";
inline constexpr std::string_view none = "none";  // a public client: it can keep no secret
}  // namespace auth_method

/// When a client's ID tokens tell the claims that its scopes open, beside those that `claims` asked for (OpenID Connect
/// Core §5.4 leaves them to userinfo; many clients look into the ID token alone).
namespace when_told {
inline constexpr std::string_view none = "none";
inline constexpr std::string_view sign_in = "sign_in";
inline constexpr std::string_view always = "always";  // after a refresh, too
}  // namespace when_told

/// What a client may ask for; each is described to the person who is asked for consent.
namespace scope {
inline constexpr std::string_view openid = "openid";
inline constexpr std::string_view profile = "profile";
inline constexpr std::string_view email = "email";
inline constexpr std::string_view roles = "roles";                    // the user's roles here
inline constexpr std::string_view offline_access = "offline_access";  // outlives the browser's session
inline constexpr std::string_view all[] = {openid, profile, email, roles, offline_access};
}  // namespace scope

/// A program that lets its users sign in here (RFC 6749 §2): `CLIENT#<client_id>`/`CLIENT`. Names are those of RFC 7591
/// §2 and of OpenID Connect's registration.
struct Client {
  std::string client_id;
  std::string client_name;
  std::string client_uri{};  // shown to people, never fetched
  std::string logo_uri{};    // kept for its owner, never fetched nor shown
  std::string token_endpoint_auth_method{auth_method::basic};
  std::string secret_hash{};  // SHA-256 of the secret; empty: it has none
  std::vector<std::string> redirect_uris{};
  std::vector<std::string> post_logout_redirect_uris{};
  std::string backchannel_logout_uri{};
  std::vector<std::string> grant_types{};
  std::vector<std::string> scopes{};     // which it may ask for: those of ours, and names of the operator's own
  std::vector<std::string> resources{};  // RFC 8707: which it may ask tokens for; empty: any
  std::string id_token_signed_response_alg{"RS256"};
  std::string id_token_claims{when_told::sign_in};
  bool first_party = false;                            // the operator's own: nobody is asked for consent
  bool require_pushed_authorization_requests = false;  // RFC 9126 §6
  bool dpop_bound_access_tokens = false;               // RFC 9449 §5.2: bearer tokens are not given
  bool require_pkce = false;                           // also of a client that has a secret
  bool registered_by_itself = false;                   // RFC 7591
  std::string registration_token_hash{};               // RFC 7592: SHA-256 of what such a client manages itself by
  std::optional<Time> expires_at{};                    // such a client is forgotten then, unless it calls before
  std::optional<Time> disabled_at{};
  Time created_at{};
  Time updated_at{};

  [[nodiscard]] bool is_public() const { return token_endpoint_auth_method == auth_method::none; }
  /// Whether each of its authorization requests must have a `code_challenge` (RFC 9700 §2.1.1).
  [[nodiscard]] bool needs_pkce() const { return is_public() || require_pkce; }
  [[nodiscard]] bool may_use(std::string_view grant_type) const;
  [[nodiscard]] bool may_ask_for(std::string_view scope) const;
  [[nodiscard]] bool may_call(std::string_view resource) const;
};

/// The index that lists all clients, in the order of their making.
inline constexpr std::string_view client_index = table_keys::clients;

store::Key client_key(std::string_view client_id);
store::Item to_item(const Client& client);
Client to_client(const store::Item& item);

/// The client, whether it is disabled or not.
std::optional<Client> find_client(store::Table& table, std::string_view client_id,
                                  store::Consistency consistency = store::Consistency::strong);

/// Whether the client is there, is not disabled, and may ask for this scope.
bool client_may_ask(store::Table& table, std::string_view client_id, std::string_view scope);

/// A `client_id` of ours is a UUIDv7; anything else names no client, and no key is made of it.
bool is_client_id(std::string_view text);

}  // namespace voyages::auth::oauth
