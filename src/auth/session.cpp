#include "auth/session.h"

#include <algorithm>
#include <array>
#include <boost/describe.hpp>
#include <iterator>

#include "auth/table_keys.h"
#include "base/uuid.h"
#include "crypto/token.h"
#include "store/list.h"
#include "store/record.h"

namespace voyages::store {

template <>
inline constexpr auto stored<auth::Grant> = std::to_array<Stored>({{.member = "dpop_jkt", .unless_empty = true},
                                                                   {.member = "id_token_claims", .unless_empty = true},
                                                                   {.member = "unasked", .unless_empty = true}});

}  // namespace voyages::store

namespace voyages::auth {

BOOST_DESCRIBE_STRUCT(Grant, (), (client_id, scope, resources, dpop_jkt, auth_time, amr, id_token_claims, unasked))
BOOST_DESCRIBE_STRUCT(SessionClaims, (),
                      (user_id, session_id, email, email_verified, roles, session_version, session_ends_at,
                       last_seen_at))

namespace {

SessionClaims new_claims(const User& user, Time ends_at, Time now) {
  return {.user_id = user.id,
          .session_id = new_uuid7(now),
          .email = user.email,
          .email_verified = user.email_verified_at.has_value(),
          .roles = user.roles,
          .session_version = 0,
          .session_ends_at = ends_at,
          .last_seen_at = now};
}

store::Item session_item(const SessionClaims& claims, const http::Context& context) {
  return {session_key(claims.user_id, claims.session_id),
          {{"user_agent", context.user_agent},
           {"ip", context.client_ip},
           {"created_at", to_ms(context.now)},
           {"last_seen_at", to_ms(context.now)},
           {"version", claims.session_version}},
          std::nullopt,
          claims.session_ends_at};
}

// The session's item, and its first refresh token.
NewSession with_refresh_token(const Auth& auth, store::Item session, SessionClaims claims, Time now) {
  auto token = crypto::new_token(now);
  session.attributes["token_id"] = token.id;
  std::vector<store::Write> writes{store::Put{std::move(session)},
                                   store::Put{refresh_item(auth.options, token, claims, now)}};
  return {std::move(writes), std::move(claims), std::move(token.text)};
}

void add_grant(store::Attributes& attributes, const Grant& grant) {
  if (!grant.client_id.empty()) attributes.merge(store::to_attributes(grant));
}

}  // namespace

NewSession prepare_session(const Auth& auth, const User& user, const http::Context& context) {
  auto claims = new_claims(user, context.now + auth.options.session_ttl, context.now);
  auto session = session_item(claims, context);
  return with_refresh_token(auth, std::move(session), std::move(claims), context.now);
}

NewSession prepare_client_session(const Auth& auth, const User& user, const GrantTerms& terms,
                                  const http::Context& context) {
  auto claims = new_claims(user, terms.ends_at, context.now);
  claims.grant = terms.grant;
  auto session = session_item(claims, context);
  add_grant(session.attributes, terms.grant);
  session.attributes[terms.outlives ? "began_in" : "parent_id"] = terms.parent_id;
  if (terms.notified) session.attributes["notified"] = true;
  if (terms.refreshable) return with_refresh_token(auth, std::move(session), std::move(claims), context.now);
  return {{store::Put{std::move(session)}}, std::move(claims), {}};
}

store::Item refresh_item(const AuthOptions& options, const crypto::OpaqueToken& token, const SessionClaims& claims,
                         Time now) {
  store::Item item{refresh_key(token.id), store::to_attributes(claims), std::nullopt,
                   std::min(now + options.refresh_token_ttl, claims.session_ends_at)};
  item.attributes["secret_hash"] = store::Bytes{token.secret_hash};
  item.attributes["created_at"] = to_ms(now);
  add_grant(item.attributes, claims.grant);
  return item;
}

SessionClaims to_claims(const store::Item& token) {
  auto claims = store::from_item<SessionClaims>(token);
  claims.grant = store::from_item<Grant>(token);
  // Older versions kept the address as it was typed, which may be none.
  const auto email = Email::parse(claims.email);
  claims.email = email ? email->text() : "";
  claims.email_verified = claims.email_verified && email;
  return claims;
}

Time auth_time_of(const store::Item& session) {
  // One without a cookie began with a password (POST /auth/login).
  const auto* auth_time = session.find<std::int64_t>("auth_time");
  return from_ms(auth_time ? *auth_time : session.number("created_at"));
}

TokenPair make_token_pair(const AccessTokens& access_tokens, const SessionClaims& claims, Secret refresh_token,
                          Time now) {
  http::Principal principal{.user_id = claims.user_id,
                            .session_id = claims.session_id,
                            .email = claims.email,
                            .email_verified = claims.email_verified,
                            .roles = claims.roles};
  return {access_tokens.issue(principal, now), "Bearer", access_tokens.ttl().count(), std::move(refresh_token)};
}

store::Key session_key(std::string_view user_id, std::string_view session_id) {
  return {store::key_part(table_keys::user, user_id), store::key_part(table_keys::session, session_id)};
}
store::Key blacklist_key(std::string_view session_id) {
  return {store::key_part(table_keys::blacklist, session_id), "TOKEN"};
}
store::Key refresh_key(std::string_view token_id) {
  return {store::key_part(table_keys::token, token_id), std::string(table_keys::refresh)};
}

std::vector<store::Item> list_session_items(store::Table& table, std::string_view user_id) {
  return query_all(table, store::key_part(table_keys::user, user_id), table_keys::session);
}

std::vector<store::Item> query_all(store::Table& table, std::string_view pk, std::string_view sk_prefix) {
  return store::query_all(
      table, {.pk = std::string(pk), .sk_prefix = std::string(sk_prefix), .consistency = store::Consistency::strong});
}

}  // namespace voyages::auth
