#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "auth/user.h"
#include "crypto/token.h"
#include "http/context.h"

namespace voyages::auth {

/// Why a session was ended.
enum class EndReason { logout, revoked, password_change };

/// A fresh pair of tokens (RFC 6749 §5.1).
struct TokenPair {
  Secret access_token;
  std::string token_type;
  std::int64_t expires_in;
  Secret refresh_token;

  static constexpr http::FieldDoc docs[] = {
      {"access_token", "A JWT (RFC 9068). Send it as `Authorization: Bearer …`.", R"("eyJhbGciOiJFZERTQSIsImtpZCI6…")"},
      {"token_type", "", R"("Bearer")"},
      {"expires_in", "Seconds until the access token expires.", "900"},
      {"refresh_token", "For POST /auth/refresh, once.", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071.Zm9v…")"},
  };
};
BOOST_DESCRIBE_STRUCT(TokenPair, (), (access_token, token_type, expires_in, refresh_token))

/// What a client (OAuth) holds of its user: a session with a client's name on it. So it is listed, refreshed, revoked
/// and forgotten as all sessions are, and its id is the `sid` in the client's tokens.
struct Grant {
  std::string client_id{};                     // empty: the session is the user's own
  std::string scope{};                         // names with spaces between
  std::vector<std::string> resources{};        // RFC 8707: who the access tokens are for; empty: this server
  std::string dpop_jkt{};                      // RFC 9449 §5: the key that a public client's refresh must prove
  Time auth_time{};                            // when the user proved who they are
  std::vector<std::string> amr{};              // by what: `BrowserSession::amr`
  std::vector<std::string> id_token_claims{};  // asked for by `claims` (OpenID Connect Core §5.5)
  bool unasked = false;                        // the client was `first_party`: the user need not have allowed it
};

/// What every refresh token of a session carries from one to the next, so that a refresh need not read the user.
struct SessionClaims {
  std::string user_id;
  std::string session_id;
  std::string email;
  bool email_verified = false;
  std::vector<std::string> roles;
  std::int64_t session_version = 0;  // the session's, when the claims were read from the user
  Time session_ends_at{};
  Time last_seen_at{};  // the session's: its item need not be read to know whether it is due
  Grant grant{};
};

/// A session about to begin: the writes that begin it, and what to make tokens of once they have happened.
struct NewSession {
  std::vector<store::Write> writes;
  SessionClaims claims;
  Secret refresh_token;
};

/// The refresh token's item.
store::Item refresh_item(const AuthOptions& options, const crypto::OpaqueToken& token, const SessionClaims& claims,
                         Time now);
/// The claims of a refresh token's item.
SessionClaims to_claims(const store::Item& refresh_token);
/// Signs an access token with the claims, and pairs it with the refresh token.
TokenPair make_token_pair(const AccessTokens& access_tokens, const SessionClaims& claims, Secret refresh_token,
                          Time now);

/// Prepares a session of a user, with its first refresh token.
NewSession begin_session(const Auth& auth, const User& user, const http::Context& context);

/// How a client's session is to be.
struct GrantTerms {
  Grant grant;
  std::string parent_id{};  // the browser's session that it began in, and ends with
  bool outlives = false;    // no, it does not end with that (`offline_access`)
  Time ends_at{};
  bool refreshable = true;  // has refresh tokens
  bool notified = false;    // the client asked to be told of its end (back-channel logout)
};
/// The same for a client.
NewSession begin_client_session(const Auth& auth, const User& user, const GrantTerms& terms,
                                const http::Context& context);

/// A session that is to be ended, as far as its end has to know it.
struct SessionRef {
  std::string user_id;
  std::string id;
  std::string token_id{};    // one of its refresh tokens, any of them; empty: it has none
  std::string client_id{};   // empty: the user's own
  std::string browser_id{};  // of a client's: the browser's session that it began in
  bool notified = false;     // its client is told
};
SessionRef to_ref(const store::Item& session);
/// When the user of a session of theirs proved who they are.
Time auth_time_of(const store::Item& session);

store::Key session_key(std::string_view user_id, std::string_view session_id);
store::Key blacklist_key(std::string_view session_id);
store::Key refresh_key(std::string_view token_id);

/// The writes that end a session, its deletion first: it is gone, so nothing refreshes it, and its access tokens are
/// refused until the last of them has expired. One of its refresh tokens is remembered, so that they are found when the
/// account is deleted. A client that asked for it will be told.
std::vector<store::Write> end_session(const Auth& auth, const SessionRef& session, EndReason reason, Time now);
/// To be called once these writes have happened: the client is told soon, instead of in some minutes. Never throws.
void announce_end(const Auth& auth, const SessionRef& session);

/// Which of a user's session items are meant.
using SessionFilter = std::function<bool(const store::Item& session)>;
bool every_session(const store::Item& session);
/// One session, and those of clients that end with it.
SessionFilter with_children(std::string_view session_id);
/// The same for several.
SessionFilter with_children(std::set<std::string, std::less<>> session_ids);
/// All but those.
SessionFilter all_but(std::string_view session_id);
/// All that one client holds.
SessionFilter held_by(std::string_view client_id);

/// Ends those of a user's sessions, and does `with` in the same transaction as the last of them. When it returns, none
/// of them is left that began before `with` happened. Clients whose sessions outlive one of them are told all the same:
/// the person is signed out, which does not revoke what was allowed offline (Back-Channel Logout 1.0 §2.7).
std::expected<void, store::ConditionFailed> end_sessions(const Auth& auth, std::string_view user_id,
                                                         const SessionFilter& filter, EndReason reason,
                                                         std::span<const store::Write> with, Time now);

/// Makes the next refresh of each of the user's sessions read the user anew, since roles or address change, and does
/// `with` in the same transaction as the last of them. `ConditionFailed::index` is that in `with`.
std::expected<void, store::ConditionFailed> renew_sessions(const Auth& auth, std::string_view user_id,
                                                           std::span<const store::Write> with);

/// Ends all of a user's sessions, and removes the refresh tokens of these and of all that ended before.
void forget_sessions(const Auth& auth, std::string_view user_id, Time now);

/// Removes items, however many.
void delete_all(store::Table& table, std::span<const store::Key> keys);

/// All of a user's session items, oldest first.
std::vector<store::Item> list_session_items(store::Table& table, std::string_view user_id);

/// Every item of a partition whose sort key begins with `sk_prefix`, page by page.
std::vector<store::Item> query_all(store::Table& table, std::string_view pk, std::string_view sk_prefix);

}  // namespace voyages::auth
