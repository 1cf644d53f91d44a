#include "auth/oauth/clients/client_authentication.h"

#include "base/encoding.h"
#include "crypto/token.h"
#include "http/router.h"

namespace voyages::auth::oauth {

namespace {

struct Credentials {
  std::string client_id;
  Secret secret;  // empty: a public client only names itself
};

std::unexpected<OAuthError> unknown() {
  return refuse(error::invalid_client, "The client is not known here, or its secret is wrong.", 401);
}

// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
OAuthResult<Credentials> read_basic(std::string_view field) {
  constexpr std::string_view scheme = "Basic ";
  if (!equal_ignoring_case(field.substr(0, scheme.size()), scheme)) return unknown();
  const auto text = from_base64(field.substr(scheme.size()));
  const auto colon = text ? text->find(':') : std::string::npos;
  if (colon == std::string::npos) return unknown();
  const auto client_id = http::percent_decode(std::string_view(*text).substr(0, colon), true);
  auto secret = http::percent_decode(std::string_view(*text).substr(colon + 1), true);
  if (!client_id || !secret) return unknown();
  return Credentials{*client_id, Secret(std::move(*secret))};
}

OAuthResult<Credentials> read_credentials(const http::Request& request, const Form& form) {
  const auto fields = request.headers.count("Authorization");
  if (fields == 0) return Credentials{std::string(form.get("client_id")), Secret(form.get("client_secret"))};
  if (fields > 1 || form.find("client_secret")) {
    return refuse(error::invalid_request, "Prove the client once: in Authorization or in the body.");
  }
  auto credentials = read_basic(request.headers.get("Authorization"));
  const auto named = form.find("client_id");
  if (credentials && named && *named != credentials->client_id) return unknown();
  return credentials;
}

bool is_proved(const Client& client, const Secret& secret) {
  if (client.is_public()) return secret.empty();
  return equal_in_constant_time(crypto::sha256(secret.expose()), client.secret_hash);
}

}  // namespace

OAuthResult<Client> authenticate_client(Auth& auth, const http::Request& request, const Form& form) {
  const auto credentials = read_credentials(request, form);
  if (!credentials) return std::unexpected(credentials.error());
  if (credentials->client_id.empty()) return unknown();
  auto client = find_client(auth.table, credentials->client_id);
  if (!client || client->disabled_at || !is_proved(*client, credentials->secret)) return unknown();
  return std::move(*client);
}

}  // namespace voyages::auth::oauth
