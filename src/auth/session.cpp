#include "auth/session.h"

#include <algorithm>
#include <iterator>

#include "base/uuid.h"
#include "crypto/token.h"

namespace voyages::auth {

namespace {

constexpr std::size_t max_writes = 100;
// Three writes a session, less what the caller adds.
constexpr std::size_t sessions_a_write = 30;

// What is left of a session that ended: where its refresh tokens are.
store::Key ended_key(std::string_view user_id, std::string_view session_id) {
  return {"USER#" + std::string(user_id), "ENDED#" + std::string(session_id)};
}

std::string_view to_string(EndReason reason) {
  switch (reason) {
    case EndReason::logout:
      return "LOGOUT";
    case EndReason::revoked:
      return "REVOKED";
    case EndReason::password_change:
      return "PASSWORD_CHANGE";
  }
  return "REVOKED";
}

}  // namespace

NewSession begin_session(const Auth& auth, const User& user, const http::Context& context) {
  const auto now = context.now;
  const SessionClaims claims{user.id,
                             new_uuid7(now),
                             user.email,
                             user.email_verified_at.has_value(),
                             user.roles,
                             0,
                             now + auth.options.session_ttl,
                             now};
  const auto refresh_token = crypto::new_token(now);
  const store::Item session{session_key(user.id, claims.session_id),
                            {{"user_agent", context.user_agent},
                             {"ip", context.client_ip},
                             {"created_at", to_ms(now)},
                             {"last_seen_at", to_ms(now)},
                             {"token_id", refresh_token.id},
                             {"version", claims.session_version}},
                            std::nullopt,
                            claims.session_ends_at};
  return {{store::Put{session}, store::Put{refresh_item(auth.options, refresh_token, claims, now)}},
          make_token_pair(auth.access_tokens, claims, refresh_token.text, now)};
}

store::Item refresh_item(const AuthOptions& options, const crypto::OpaqueToken& token, const SessionClaims& claims,
                         Time now) {
  return {refresh_key(token.id),
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

std::vector<store::Write> end_session(const Auth& auth, std::string_view user_id, std::string_view session_id,
                                      std::string_view token_id, EndReason reason, Time now) {
  std::vector<store::Write> writes{
      store::Delete{session_key(user_id, session_id)},
      store::Put{
          {blacklist_key(session_id),
           {{"user_id", std::string(user_id)}, {"reason", std::string(to_string(reason))}, {"created_at", to_ms(now)}},
           std::nullopt,
           // One second more than any token can have left, since both are rounded to seconds.
           now + max_access_token_ttl + std::chrono::seconds(1)}}};
  if (!token_id.empty()) {
    writes.emplace_back(store::Put{{ended_key(user_id, session_id),
                                    {{"token_id", std::string(token_id)}},
                                    std::nullopt,
                                    now + auth.options.refresh_token_ttl}});
  }
  return writes;
}

namespace {

struct LiveSession {
  std::string id;
  std::string token_id;
};

std::vector<LiveSession> list_live(store::Table& table, std::string_view user_id, std::string_view but) {
  std::vector<LiveSession> sessions;
  for (const auto& item : list_session_items(table, user_id)) {
    auto id = item.key.sk.substr(std::string_view("SESSION#").size());
    if (id != but) sessions.push_back({std::move(id), std::string(item.text("token_id"))});
  }
  return sessions;
}

// A session's refresh tokens form a chain, and what is left of the session names one of its links: follows it to both
// ends.
std::vector<store::Key> refresh_token_keys(store::Table& table, std::string_view token_id) {
  std::vector<store::Key> keys;
  const auto start = get(table, refresh_key(token_id));
  if (!start) return keys;
  keys.push_back(start->key);
  for (const std::string_view direction : {"replaced_by", "previous"}) {
    auto at = start;
    while (at && !at->text(direction).empty()) {
      at = get(table, refresh_key(at->text(direction)));
      if (at) keys.push_back(at->key);
    }
  }
  return keys;
}

}  // namespace

std::expected<void, store::ConditionFailed> end_sessions(const Auth& auth, std::string_view user_id,
                                                         std::string_view keep, EndReason reason,
                                                         std::span<const store::Write> with, Time now) {
  bool done = with.empty();
  // Once more after `with` has happened: a login that read the old password may have finished in between.
  for (auto live = list_live(auth.table, user_id, keep); !done || !live.empty();
       live = list_live(auth.table, user_id, keep)) {
    std::vector<store::Write> writes;
    const bool all = live.size() <= sessions_a_write;
    if (all && !done) writes.assign(with.begin(), with.end());
    if (!all) live.resize(sessions_a_write);
    for (const auto& session : live) {
      std::ranges::move(end_session(auth, user_id, session.id, session.token_id, reason, now),
                        std::back_inserter(writes));
    }
    if (const auto written = auth.table.write(writes); !written) return written;
    done = done || all;
  }
  return {};
}

void forget_sessions(const Auth& auth, std::string_view user_id, Time now) {
  // Ended first: after that nothing adds to the chains.
  (void)end_sessions(auth, user_id, {}, EndReason::revoked, {}, now);
  std::vector<store::Key> keys;
  for (const auto& ended : query_all(auth.table, "USER#" + std::string(user_id), "ENDED#")) {
    std::ranges::move(refresh_token_keys(auth.table, ended.text("token_id")), std::back_inserter(keys));
    keys.push_back(ended.key);
  }
  delete_all(auth.table, keys);
}

void delete_all(store::Table& table, std::span<const store::Key> keys) {
  for (std::size_t begin = 0; begin < keys.size(); begin += max_writes) {
    std::vector<store::Write> writes;
    for (const auto& key : keys.subspan(begin, std::min(max_writes, keys.size() - begin))) {
      writes.emplace_back(store::Delete{key});
    }
    (void)table.write(writes);  // without conditions it cannot be refused
  }
}

namespace {

store::Write renew(const store::Key& session) {
  return store::Update{.key = session, .add = {{"version", 1}}, .conditions = {store::item_exists()}};
}

std::vector<store::Key> session_keys(store::Table& table, std::string_view user_id) {
  std::vector<store::Key> keys;
  for (auto& item : list_session_items(table, user_id)) keys.push_back(std::move(item.key));
  return keys;
}

void renew_each(store::Table& table, std::span<const store::Key> sessions) {
  for (const auto& session : sessions) {
    const auto write = renew(session);
    (void)table.write({&write, 1});  // refused when the session has just ended, which is as well
  }
}

}  // namespace

std::expected<void, store::ConditionFailed> renew_sessions(const Auth& auth, std::string_view user_id,
                                                           std::span<const store::Write> with) {
  for (;;) {
    const auto sessions = session_keys(auth.table, user_id);
    const auto together = std::span(sessions).last(std::min(sessions.size(), max_writes - with.size()));
    renew_each(auth.table, std::span(sessions).first(sessions.size() - together.size()));
    std::vector<store::Write> writes(with.begin(), with.end());
    std::ranges::transform(together, std::back_inserter(writes), renew);
    const auto written = auth.table.write(writes);
    if (!written && written.error().index < with.size()) return written;
    if (!written) continue;  // one of the sessions ended this moment
    // What was renewed before may have been refreshed with what was true then, and another may have begun meanwhile.
    auto others = session_keys(auth.table, user_id);
    std::erase_if(others, [&](const auto& key) { return std::ranges::find(together, key) != together.end(); });
    renew_each(auth.table, others);
    return {};
  }
}

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
