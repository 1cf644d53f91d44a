#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "auth/auth.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/error.h"
#include "auth/oauth/form.h"
#include "auth/oauth/token/dpop.h"
#include "auth/session.h"
#include "auth/user.h"
#include "http/context.h"

namespace voyages::auth::oauth {

/// A request at the token endpoint whose client has proved itself.
struct TokenRequest {
  const Client& client;
  const Form& form;
  DpopProof proof;  // of the key that the tokens are for (RFC 9449), not used up yet; empty: bearer tokens
  const http::Context& context;
};

/// The session that a client gets tokens of, and what it is given this time.
struct TokenGrant {
  SessionClaims session;
  std::string scope;                     // of the access token
  std::vector<std::string> resources{};  // the same
  Secret refresh_token{};                // empty: none
  std::string nonce{};
  std::optional<User> user{};  // where it is known already
};

/// Signs what the client is given, and answers as RFC 6749 §5.1 and OpenID Connect Core §3.1.3.3 have it.
boost::json::object answer_tokens(Auth& auth, const TokenRequest& request, const TokenGrant& grant);

/// The resources of the request, which must be among those granted (RFC 8707 §2.2); when it names none, all of those
/// that are the client's yet.
OAuthResult<std::vector<std::string>> narrow_resources(const Client& client, const Form& form,
                                                       const std::vector<std::string>& granted);

}  // namespace voyages::auth::oauth
