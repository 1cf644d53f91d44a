#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "auth/oauth/clients/client_metadata.h"
#include "http/context.h"
#include "http/list.h"
#include "http/types.h"

namespace voyages::auth::oauth {

inline constexpr ErrorCode client_not_found{"client_not_found", "There is no such client."};
inline constexpr ErrorCode no_client_secret{"no_client_secret", "This client has no secret, so it needs no new one."};

/// A client as administrators see it: all but its secret.
struct ClientView {
  std::string client_id;
  std::string client_name;
  std::optional<std::string> client_uri;
  std::optional<std::string> logo_uri;
  std::string token_endpoint_auth_method;
  std::vector<std::string> redirect_uris;
  std::vector<std::string> post_logout_redirect_uris;
  std::optional<std::string> backchannel_logout_uri;
  std::vector<std::string> grant_types;
  std::string scope;
  std::vector<std::string> resources;
  std::string id_token_signed_response_alg;
  std::string id_token_claims;
  bool first_party;
  bool require_pushed_authorization_requests;
  bool dpop_bound_access_tokens;
  bool require_pkce;
  bool registered_by_itself;
  std::optional<Time> disabled_at;
  std::optional<Time> expires_at;
  Time created_at;
  Time updated_at;

  static constexpr std::string_view list_name = "ClientList";
  static constexpr http::FieldDoc docs[] = {
      {"client_id", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071")"},
      {"client_name", "", R"("The gallery")"},
      {"redirect_uris", "", R"(["https://gallery.example.com/callback"])"},
      {"scope", "", R"("openid profile email offline_access")"},
      {"registered_by_itself", "By dynamic registration (RFC 7591); nobody here has looked at it."},
      {"disabled_at", "Since when it gets nothing."},
      {"expires_at", "When a client that registered itself is forgotten, unless it calls before."},
  };
};
BOOST_DESCRIBE_STRUCT(ClientView, (),
                      (client_id, client_name, client_uri, logo_uri, token_endpoint_auth_method, redirect_uris,
                       post_logout_redirect_uris, backchannel_logout_uri, grant_types, scope, resources,
                       id_token_signed_response_alg, id_token_claims, first_party,
                       require_pushed_authorization_requests, dpop_bound_access_tokens, require_pkce,
                       registered_by_itself, disabled_at, expires_at, created_at, updated_at))

ClientView view(const Client& client);

/// `GET /admin/clients`: oldest first.
Result<http::List<ClientView>> list_clients(Auth& auth, const http::ListInput& input, http::Context& context);

struct ClientInput {
  http::Uuid client_id;
};
BOOST_DESCRIBE_STRUCT(ClientInput, (), (client_id))

struct ClientResponse {
  ClientView client;
};
BOOST_DESCRIBE_STRUCT(ClientResponse, (), (client))

/// `GET /admin/clients/{client_id}`.
Result<ClientResponse> get_client(Auth& auth, const ClientInput& input, http::Context& context);

struct NewClientResponse {
  ClientView client;
  std::optional<Secret> client_secret;

  static constexpr http::FieldDoc docs[] = {
      {"client_secret", "Shown this once; absent for a public client.", R"("b2Nl…")"},
  };
};
BOOST_DESCRIBE_STRUCT(NewClientResponse, (), (client, client_secret))

/// `POST /admin/clients`.
Result<NewClientResponse> create_client(Auth& auth, const ClientMetadata& input, http::Context& context);

struct UpdateClientRequest : ClientMetadata {
  http::Uuid client_id;
  std::optional<bool> disabled;
};
BOOST_DESCRIBE_STRUCT(UpdateClientRequest, (),
                      (client_name, client_uri, logo_uri, token_endpoint_auth_method, redirect_uris,
                       post_logout_redirect_uris, backchannel_logout_uri, grant_types, scope, resources,
                       id_token_signed_response_alg, id_token_claims, first_party,
                       require_pushed_authorization_requests, dpop_bound_access_tokens, require_pkce, client_id,
                       disabled))

/// `PATCH /admin/clients/{client_id}`: what is not named stays.
Result<ClientResponse> update_client(Auth& auth, const UpdateClientRequest& input, http::Context& context);

/// `DELETE /admin/clients/{client_id}`: nobody signs in by it any more, and what it holds is worth nothing.
Result<void> delete_client(Auth& auth, const ClientInput& input, http::Context& context);

/// `POST /admin/clients/{client_id}/rotate-secret`: the old secret stops at once; its users stay signed in.
Result<NewClientResponse> rotate_client_secret(Auth& auth, const ClientInput& input, http::Context& context);

/// The changes themselves, for the command line too.
Result<Client> change_client(store::Table& table, std::string_view client_id, const ClientMetadata& metadata,
                             std::optional<bool> disabled, Time now, const std::vector<std::string>& schemes = {});
Result<NewClient> renew_secret(store::Table& table, std::string_view client_id, Time now);
bool remove_client(store::Table& table, std::string_view client_id);
/// All of them, oldest first.
std::vector<Client> list_all_clients(store::Table& table);

/// Stores a changed client, unless somebody else changed it since it was read: then false.
bool replace_client(store::Table& table, Client& client, Time now);

}  // namespace voyages::auth::oauth
