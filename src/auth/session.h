#pragma once

#include <boost/describe.hpp>
#include <cstdint>
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

/// A session about to begin: the writes that begin it, and the tokens to hand out once they have happened.
struct NewSession {
  std::vector<store::Write> writes;
  TokenPair tokens;
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
};

/// The refresh token's item.
store::Item refresh_item(const AuthOptions& options, const crypto::OpaqueToken& token, const SessionClaims& claims,
                         Time now);
/// Signs an access token with the claims, and pairs it with the refresh token.
TokenPair make_token_pair(const AccessTokens& access_tokens, const SessionClaims& claims, Secret refresh_token,
                          Time now);

/// Prepares a session of a user, with its first refresh token.
NewSession begin_session(const Auth& auth, const User& user, const http::Context& context);

store::Key session_key(std::string_view user_id, std::string_view session_id);
store::Key blacklist_key(std::string_view session_id);
store::Key refresh_key(std::string_view token_id);

/// The writes that end a session, its deletion first: it is gone, so nothing refreshes it, and its access tokens are
/// refused until the last of them has expired. `token_id` names one of its refresh tokens, any of them, so that they
/// are found when the account is deleted; empty when the session was over by itself.
std::vector<store::Write> end_session(const Auth& auth, std::string_view user_id, std::string_view session_id,
                                      std::string_view token_id, EndReason reason, Time now);

/// Ends all of a user's sessions but `keep` (empty: all), and does `with` in the same transaction as the last of them.
/// When it returns, no session is left that began before `with` happened.
std::expected<void, store::ConditionFailed> end_sessions(const Auth& auth, std::string_view user_id,
                                                         std::string_view keep, EndReason reason,
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
