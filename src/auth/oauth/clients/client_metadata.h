#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "auth/oauth/clients/client.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/types.h"
#include "store/table.h"

namespace voyages::auth::oauth {

/// What somebody says of a client, nothing of it believed yet; what is absent stays as it is, or gets its default.
/// Names are those of RFC 7591 §2.
struct ClientMetadata {
  std::optional<std::string> client_name{};
  std::optional<std::string> client_uri{};
  std::optional<std::string> logo_uri{};
  std::optional<std::string> token_endpoint_auth_method{};
  std::optional<std::vector<std::string>> redirect_uris{};
  std::optional<std::vector<std::string>> post_logout_redirect_uris{};
  std::optional<std::string> backchannel_logout_uri{};
  std::optional<std::vector<std::string>> grant_types{};
  std::optional<std::string> scope{};
  std::optional<std::vector<std::string>> resources{};
  std::optional<std::string> id_token_signed_response_alg{};
  std::optional<std::string> id_token_claims{};
  std::optional<bool> first_party{};
  std::optional<bool> require_pushed_authorization_requests{};
  std::optional<bool> dpop_bound_access_tokens{};
  std::optional<bool> require_pkce{};

  static constexpr http::FieldDoc docs[] = {
      {"client_name", "Shown to people who are asked for consent.", R"("The gallery")"},
      {"client_uri", "The site's own page, https.", R"("https://gallery.example.com")"},
      {"logo_uri", "Kept, but never fetched nor shown."},
      {"token_endpoint_auth_method",
       "`client_secret_basic` (the default), `client_secret_post`, or `none` for a client "
       "that can keep no secret. One that has a secret stays one that has.",
       R"("client_secret_basic")"},
      {"redirect_uris",
       "Compared exactly; https, http on this machine's loopback alone, or a scheme of the client's "
       "own such as `com.example.app:/callback` where it has no secret; one without a dot, such as `cursor:`, where "
       "the setting `client_schemes` names it.",
       R"(["https://gallery.example.com/callback"])"},
      {"post_logout_redirect_uris", "Where a browser may be sent after the logout."},
      {"backchannel_logout_uri", "Is told when a session ends (OpenID Connect Back-Channel Logout 1.0)."},
      {"grant_types",
       "`authorization_code` and `refresh_token` unless said otherwise; there are `client_credentials` "
       "and `urn:ietf:params:oauth:grant-type:device_code`, too.",
       R"(["authorization_code", "refresh_token"])"},
      {"scope", "What it may ask for, names with spaces between.", R"("openid profile email offline_access")"},
      {"resources", "Which servers it may ask tokens for (RFC 8707); none: any."},
      {"id_token_signed_response_alg", "`RS256` (the default), `ES256` or `EdDSA`.", R"("RS256")"},
      {"id_token_claims",
       "When ID tokens tell what the scopes open, such as name and e-mail: `sign_in` (the default), `always` (after a "
       "refresh, too), or `none`: at userinfo alone.",
       R"("sign_in")"},
      {"first_party", "The operator's own: nobody is asked for consent, but by apps that cannot prove themselves."},
      {"require_pushed_authorization_requests", "Other authorization requests are refused (RFC 9126 §6)."},
      {"dpop_bound_access_tokens", "It gets no bearer tokens (RFC 9449 §5.2)."},
      {"require_pkce",
       "Each authorization request must have a `code_challenge` (RFC 7636), as is asked of every client without a "
       "secret."},
  };
};
BOOST_DESCRIBE_STRUCT(ClientMetadata, (),
                      (client_name, client_uri, logo_uri, token_endpoint_auth_method, redirect_uris,
                       post_logout_redirect_uris, backchannel_logout_uri, grant_types, scope, resources,
                       id_token_signed_response_alg, id_token_claims, first_party,
                       require_pushed_authorization_requests, dpop_bound_access_tokens, require_pkce))

/// Whether clients may prove themselves by this method (RFC 7591 §2).
bool is_auth_method(std::string_view method);
/// Whether a client's ID tokens may be signed by this algorithm.
bool signs_id_tokens(std::string_view algorithm);

/// No list of redirect URIs is longer.
inline constexpr std::size_t most_uris = 20;

/// The client with what is said of it; `invalid_input` lists every field that is refused. `schemes` are those of
/// `AuthOptions::client_schemes`.
Result<Client> with_metadata(Client client, const ClientMetadata& metadata,
                             const std::vector<std::string>& schemes = {});

/// A client just made; its secret is nowhere else.
struct NewClient {
  Client client;
  Secret secret;  // empty: it has none
};

/// Makes a client, and stores nothing.
Result<NewClient> new_client(const ClientMetadata& metadata, Time now, const std::vector<std::string>& schemes = {});
/// Makes one and stores it.
Result<NewClient> add_client(store::Table& table, const ClientMetadata& metadata, Time now,
                             const std::vector<std::string>& schemes = {});

/// 256 random bits, base64url.
Secret new_client_secret();

}  // namespace voyages::auth::oauth
