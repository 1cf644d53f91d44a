#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "auth/login.h"
#include "auth/sign_in.h"
#include "auth/user.h"
#include "http/context.h"
#include "http/message.h"

namespace voyages::auth {

/// A session that a browser keeps in a cookie, for our pages: single sign-on. Its item is a session's, with the hash of
/// the cookie's secret; it has no refresh token. The cookie is `<user_id>.<session_id>.<secret>`, so one read finds the
/// session and its user.
struct BrowserSession {
  std::string id;
  User user;
  Time auth_time{};              // when the user last proved who they are
  std::vector<std::string> amr;  // by what: `pwd` (RFC 8176), or `fed`, our word for another provider
  Time signed_in_at{};           // when they last signed in here, for which a provider may not have asked them
  bool asked_in_vain = false;    // it did not, though it was told to
  Time last_seen_at{};
  Time ends_at{};
};

/// How somebody has just proved who they are.
struct SignInProof {
  std::vector<std::string> amr;
  Time auth_time;
  bool asked_in_vain = false;
};

/// A browser's session about to begin.
struct NewBrowserSession {
  std::string id;
  std::vector<store::Write> writes;
  std::string set_cookie;  // the value of the `Set-Cookie` field, once the writes have happened
};

/// Prepares a session. Where this browser is signed in as the same user already (`Context::caller`), its session is
/// renewed under its id, so that what clients hold by it goes on, and ends with it.
NewBrowserSession prepare_browser_session(const Auth& auth, const User& user, SignInProof proof,
                                          const http::Context& context);

/// Writes the session of somebody who has just proved who they are, ends the one that another user had in this browser,
/// and sends the cookie. False when the account was changed at this very moment.
bool begin_browser_session(Auth& auth, ProvenUser proven, SignInProof proof, http::Context& context);

/// What a cookie names, before anything is read.
struct SessionCookie {
  std::string user_id;
  std::string session_id;
  std::string secret_hash;
};
/// Reads our session cookie. Returns nullopt if the request has none, has several, or it is malformed.
std::optional<SessionCookie> session_cookie(const AuthOptions& options, const http::Headers& headers);

/// The session of those two items, the first read at `session_key` and the second at `user_key`; nothing when the
/// session has ended, the secret is not its, or the account is gone or disabled.
std::optional<BrowserSession> to_browser_session(const SessionCookie& cookie, const std::optional<store::Item>& session,
                                                 const std::optional<store::Item>& user);
/// Reads both.
std::optional<BrowserSession> find_browser_session(Auth& auth, const http::Headers& headers,
                                                   store::Consistency consistency = store::Consistency::strong);

/// The `Set-Cookie` that makes a browser forget its session.
std::string no_session_cookie(const AuthOptions& options);

/// Whether people reach us by https; then cookies are `Secure`, and have names that no sibling's can have (`__Host-`).
bool behind_tls(const AuthOptions& options);
/// `Set-Cookie` for a cookie of ours: HttpOnly, SameSite=Lax, for the whole host and no other.
std::string make_cookie(const AuthOptions& options, std::string_view name, std::string_view value,
                        std::chrono::seconds max_age);
/// The cookie's value, by the name that `make_cookie` gave it.
std::optional<std::string> read_cookie(const AuthOptions& options, const http::Headers& headers, std::string_view name);

struct BrowserSignIn {
  UserView user;
};
BOOST_DESCRIBE_STRUCT(BrowserSignIn, (), (user))

/// `POST /auth/session`: signs the browser in; as `login`, but the session is in a cookie that no script can read.
Result<BrowserSignIn> sign_browser_in(Auth& auth, const LoginRequest& input, http::Context& context);

}  // namespace voyages::auth
