#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "auth/auth.h"
#include "auth/browser_session.h"
#include "auth/oauth/authorize/authorization_request.h"
#include "auth/oauth/authorize/consent.h"
#include "auth/oauth/authorize/stored_request.h"
#include "auth/oauth/clients/client.h"
#include "http/message.h"

namespace voyages::auth::oauth {

/// A browser that has come to the authorization endpoint, and all that the table knows of who it is, who sent it and
/// what was said before: one read.
struct Visit {
  Form form;  // as it was sent
  Client client;
  std::optional<StoredRequest> stored{};
  std::optional<BrowserSession> session{};
  std::optional<Consent> consent{};  // of the session's user to the client

  /// The request's parameters: RFC 9126 §4 and RFC 9101 §6.3, those that were pushed and no other.
  [[nodiscard]] const Form& parameters() const { return stored ? stored->form : form; }
  /// What they ask for, checked.
  [[nodiscard]] OAuthResult<AuthorizationRequest> read_request(const Auth& auth, Time now) const;
  /// Whether the person has proved who they are since this request brought them here.
  [[nodiscard]] bool is_fresh() const;
  /// Whether they have signed in since then, be it that a provider remembered them.
  [[nodiscard]] bool has_signed_in() const;
  /// What the person decided of this request, in this session.
  [[nodiscard]] std::optional<bool> decision() const;
};

/// One of `page_error` when nobody knows to which client the request belongs, or it has been used up.
std::expected<Visit, std::string_view> read_visit(Auth& auth, const http::Headers& headers, Form form);

/// What has to happen before the client gets its code.
enum class Step { sign_in, ask_consent, answer };
/// The next of them, or what the client is told.
OAuthResult<Step> next_step(const Visit& visit, const AuthorizationRequest& request, Time now);

}  // namespace voyages::auth::oauth
