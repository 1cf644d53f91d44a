#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "auth/user.h"
#include "crypto/token.h"
#include "http/context.h"

namespace voyages::auth {

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

/// Prepares a session of a user, with its first refresh token; it begins when the writes have happened.
NewSession prepare_session(const Auth& auth, const User& user, const http::Context& context);

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
NewSession prepare_client_session(const Auth& auth, const User& user, const GrantTerms& terms,
                                  const http::Context& context);

/// When the user of a session of theirs proved who they are.
Time auth_time_of(const store::Item& session);

store::Key session_key(std::string_view user_id, std::string_view session_id);
store::Key blacklist_key(std::string_view session_id);
store::Key refresh_key(std::string_view token_id);

/// All of a user's session items, oldest first.
std::vector<store::Item> list_session_items(store::Table& table, std::string_view user_id);

/// Every item of a partition whose sort key begins with `sk_prefix`, page by page.
std::vector<store::Item> query_all(store::Table& table, std::string_view pk, std::string_view sk_prefix);

}  // namespace voyages::auth
