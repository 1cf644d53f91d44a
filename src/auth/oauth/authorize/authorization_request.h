#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "auth/oauth/authorize/claims_request.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/error.h"
#include "auth/oauth/form.h"

namespace voyages::auth::oauth {

namespace error {
// OpenID Connect Core §3.1.2.6 and its extension by RFC 9470 §4.
inline constexpr std::string_view login_required = "login_required";
inline constexpr std::string_view consent_required = "consent_required";
inline constexpr std::string_view request_not_supported = "request_not_supported";
inline constexpr std::string_view request_uri_not_supported = "request_uri_not_supported";
inline constexpr std::string_view registration_not_supported = "registration_not_supported";
inline constexpr std::string_view unmet_authentication_requirements = "unmet_authentication_requirements";
}  // namespace error

/// Where a client wants its answer, and how. Until this is known and trusted nothing is sent anywhere.
struct ReturnAddress {
  std::string redirect_uri;
  bool form_post = false;  // else in the query
  std::string state{};
  std::string page_language{};  // of the page with the form
};
/// Returns nullopt if `redirect_uri` is absent or not registered by the client.
std::optional<ReturnAddress> return_address(const Client& client, const Form& form);

/// An authorization request that a client may make (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1), besides its
/// `ReturnAddress`.
struct AuthorizationRequest {
  std::string scope;  // with those that single claims belong to
  std::vector<std::string> resources{};
  std::string code_challenge;  // RFC 7636, S256; empty: none
  std::string nonce{};
  std::string dpop_jkt{};              // RFC 9449 §10
  std::vector<std::string> prompts{};  // in no order; `none` stands alone
  std::optional<std::chrono::seconds> max_age{};
  ClaimsRequest claims{};  // of those that the client may ask for
  std::string subject{};   // who the user must be, by `id_token_hint` or `claims`; empty: anybody
  std::string login_hint{};
  std::string ui_locales{};
  bool opens_routes = false;  // the scope names permissions: the user is asked, whatever the client

  [[nodiscard]] bool asks(std::string_view prompt) const;
};

/// Checks all of it but the return address. The errors are those that the client is told.
OAuthResult<AuthorizationRequest> read_authorization_request(const Auth& auth, const Client& client, const Form& form,
                                                             Time now);

}  // namespace voyages::auth::oauth
