#include "auth/session.h"

#include <algorithm>
#include <iterator>

#include "base/uuid.h"
#include "crypto/token.h"

namespace voyages::auth {

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
  if (grant.client_id.empty()) return;
  attributes["client_id"] = grant.client_id;
  attributes["scope"] = grant.scope;
  attributes["resources"] = grant.resources;
  if (!grant.dpop_jkt.empty()) attributes["dpop_jkt"] = grant.dpop_jkt;
  attributes["auth_time"] = to_ms(grant.auth_time);
  attributes["amr"] = grant.amr;
  if (!grant.id_token_claims.empty()) attributes["id_token_claims"] = grant.id_token_claims;
  if (grant.unasked) attributes["unasked"] = true;
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
  store::Item item{refresh_key(token.id),
                   {{"user_id", claims.user_id},
                    {"session_id", claims.session_id},
                    {"email", claims.email},
                    {"email_verified", claims.email_verified},
                    {"roles", claims.roles},
                    {"session_version", claims.session_version},
                    {"session_ends_at", to_ms(claims.session_ends_at)},
                    {"last_seen_at", to_ms(claims.last_seen_at)},
                    {"secret_hash", store::Bytes{token.secret_hash}},
                    {"created_at", to_ms(now)}},
                   std::nullopt,
                   std::min(now + options.refresh_token_ttl, claims.session_ends_at)};
  add_grant(item.attributes, claims.grant);
  return item;
}

SessionClaims to_claims(const store::Item& token) {
  return {.user_id = std::string(token.text("user_id")),
          .session_id = std::string(token.text("session_id")),
          .email = std::string(token.text("email")),
          .email_verified = token.flag("email_verified"),
          .roles = token.list("roles"),
          .session_version = token.number("session_version"),
          .session_ends_at = from_ms(token.number("session_ends_at")),
          .last_seen_at = from_ms(token.number("last_seen_at")),
          .grant = {.client_id = std::string(token.text("client_id")),
                    .scope = std::string(token.text("scope")),
                    .resources = token.list("resources"),
                    .dpop_jkt = std::string(token.text("dpop_jkt")),
                    .auth_time = from_ms(token.number("auth_time")),
                    .amr = token.list("amr"),
                    .id_token_claims = token.list("id_token_claims"),
                    .unasked = token.flag("unasked")}};
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
  return {"USER#" + std::string(user_id), "SESSION#" + std::string(session_id)};
}
store::Key blacklist_key(std::string_view session_id) { return {"BLACKLIST#" + std::string(session_id), "TOKEN"}; }
store::Key refresh_key(std::string_view token_id) { return {"TOKEN#" + std::string(token_id), "REFRESH"}; }

std::vector<store::Item> list_session_items(store::Table& table, std::string_view user_id) {
  return query_all(table, "USER#" + std::string(user_id), "SESSION#");
}

std::vector<store::Item> query_all(store::Table& table, std::string_view pk, std::string_view sk_prefix) {
  std::vector<store::Item> items;
  store::Query query{.pk = std::string(pk),
                     .sk_prefix = std::string(sk_prefix),
                     .limit = 1000,
                     .consistency = store::Consistency::strong};
  do {
    auto page = table.query(query);
    std::ranges::move(page.items, std::back_inserter(items));
    query.cursor = std::move(page.next_cursor);
  } while (!query.cursor.empty());
  return items;
}

}  // namespace voyages::auth
