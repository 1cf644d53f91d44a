#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/auth.h"
#include "base/secret.h"
#include "http/message.h"
#include "store/table.h"

namespace voyages::auth::federation {

/// How long somebody may take at the provider.
inline constexpr std::chrono::seconds attempt_ttl = std::chrono::minutes(10);

/// A sign-in that is under way at a provider: `TOKEN#<id>`/`FEDERATION`. Its token is the `state` (RFC 6749 §10.12).
struct Attempt {
  std::string id{};
  std::string provider_id;
  std::string nonce;     // OpenID Connect Core §15.5.2
  Secret code_verifier;  // RFC 7636 §4.1
  std::string return_to;
  // The user and session that link the identity to their account; empty when somebody signs in.
  std::string linking_user_id{};
  std::string linking_session_id{};
  bool asks_anew = false;  // the provider is told to ask who is signed in there already

  [[nodiscard]] bool links() const { return !linking_user_id.empty(); }
};

/// An attempt about to begin: `browser` is the cookie's value, and nobody else can end it.
struct NewAttempt {
  Attempt attempt;
  Secret state;
  store::Put put;
};
NewAttempt new_attempt(const Auth& auth, Attempt attempt, const Secret& browser, Time now);

/// The attempt that a `state` names, if it began in this browser and at this provider, and is under way. `take_attempt`
/// must follow before anything comes of it.
std::optional<Attempt> open_attempt(const Auth& auth, std::string_view state, std::string_view browser,
                                    std::string_view provider_id);
/// Ends the attempt; false when somebody else has just done so.
bool take_attempt(store::Table& table, const Attempt& attempt);

/// Reads the secret that ties attempts to one browser, the same for all of its tabs. Returns nullopt if the request has
/// none, or one that we did not make.
std::optional<Secret> find_browser(const AuthOptions& options, const http::Headers& headers);
Secret new_browser();
/// The `Set-Cookie` that keeps it.
std::string browser_cookie(const AuthOptions& options, const Secret& browser);

/// RFC 7636 §4.2, S256.
std::string code_challenge(const Secret& code_verifier);

/// The path on this server that a page asked to go to afterwards; `/account` for anything that a browser might take for
/// another server's.
std::string safe_return_path(std::string_view wanted);

}  // namespace voyages::auth::federation
