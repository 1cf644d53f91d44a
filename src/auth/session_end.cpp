#include "auth/session_end.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <ranges>
#include <set>

#include "auth/logout_notice.h"
#include "auth/session.h"
#include "auth/table_keys.h"

namespace voyages::auth {

namespace {

constexpr std::size_t max_writes = 100;

// What is left of a session that ended: where its refresh tokens are.
store::Key ended_key(std::string_view user_id, std::string_view session_id) {
  return {store::key_part(table_keys::user, user_id), store::key_part(table_keys::ended, session_id)};
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

SessionRef to_ref(const store::Item& session) {
  return {.user_id = session.key.pk.substr(table_keys::user.size()),
          .id = session.key.sk.substr(table_keys::session.size()),
          .token_id = std::string(session.text("token_id")),
          .client_id = std::string(session.text("client_id")),
          .browser_id = std::string(session.text(session.text("parent_id").empty() ? "began_in" : "parent_id")),
          .notified = session.flag("notified")};
}

std::vector<store::Write> end_session(const Auth& auth, const SessionRef& session, EndReason reason, Time now) {
  std::vector<store::Write> writes{
      store::Delete{session_key(session.user_id, session.id)},
      store::Put{{blacklist_key(session.id),
                  {{"user_id", session.user_id},
                   {"reason", std::string(to_string(reason))},
                   {"browser_id", session.browser_id},
                   {"created_at", to_ms(now)}},
                  std::nullopt,
                  // One second more than any token can have left, since both are rounded to seconds.
                  now + max_access_token_ttl + std::chrono::seconds(1)}}};
  if (!session.token_id.empty()) {
    writes.emplace_back(store::Put{{ended_key(session.user_id, session.id),
                                    {{"token_id", session.token_id}},
                                    std::nullopt,
                                    now + auth.options.refresh_token_ttl}});
  }
  if (session.notified) writes.emplace_back(logout_notice(session, now));
  return writes;
}

void announce_end(const Auth& auth, const SessionRef& session) {
  if (session.notified) queue_logout_notice(auth, session.id);
}

bool every_session(const store::Item&) { return true; }

SessionFilter with_children(std::string_view session_id) {
  return with_children(std::set<std::string, std::less<>>{std::string(session_id)});
}

SessionFilter with_children(std::set<std::string, std::less<>> session_ids) {
  return [ids = std::move(session_ids)](const store::Item& session) {
    return ids.contains(session.text("parent_id")) ||
           ids.contains(std::string_view(session.key.sk).substr(table_keys::session.size()));
  };
}

SessionFilter all_but(std::string_view session_id) {
  return [filter = with_children(session_id)](const store::Item& session) { return !filter(session); };
}

SessionFilter held_by(std::string_view client_id) {
  return [id = std::string(client_id)](const store::Item& session) { return session.text("client_id") == id; };
}

namespace {

// Sessions of clients first: as long as the session that they began in is there, its end can be repeated.
std::vector<SessionRef> list_ending(const std::vector<store::Item>& sessions, const SessionFilter& filter) {
  std::vector<SessionRef> ending;
  for (const auto& item : sessions) {
    if (filter(item)) ending.push_back(to_ref(item));
  }
  std::ranges::stable_partition(ending, [](const SessionRef& session) { return !session.client_id.empty(); });
  return ending;
}

// Sessions of clients that are told, which began in one that ends, and go on: by that one's id.
std::multimap<std::string, SessionRef, std::less<>> list_outliving(const std::vector<store::Item>& sessions,
                                                                   const std::vector<SessionRef>& ending) {
  std::set<std::string_view> ids;
  for (const auto& session : ending) ids.insert(session.id);
  std::multimap<std::string, SessionRef, std::less<>> outliving;
  for (const auto& item : sessions) {
    const auto began_in = item.text("began_in");
    if (began_in.empty() || !ids.contains(began_in)) continue;
    auto session = to_ref(item);
    if (session.notified && !ids.contains(session.id)) outliving.emplace(began_in, std::move(session));
  }
  return outliving;
}

// Ends sessions in their order, as many in one transaction as the table takes.
class Ends {
 public:
  /// `room`: how many writes of a transaction are ours.
  Ends(const Auth& auth, std::size_t room) : auth_(auth), room_(room) {}

  /// What is written together, and who is told once it has happened.
  void add(std::vector<store::Write> together, std::span<const SessionRef> told) {
    if (writes_.size() + together.size() > room_) (void)write({});  // without conditions it cannot be refused
    std::ranges::move(together, std::back_inserter(writes_));
    std::ranges::copy(told, std::back_inserter(told_));
  }
  std::expected<void, store::ConditionFailed> write(std::span<const store::Write> with) {
    writes_.insert(writes_.begin(), with.begin(), with.end());
    if (writes_.empty()) return {};
    if (const auto written = auth_.table.write(writes_); !written) return written;
    for (const auto& session : told_) announce_end(auth_, session);
    writes_.clear();
    told_.clear();
    return {};
  }

 private:
  const Auth& auth_;
  std::size_t room_;
  std::vector<store::Write> writes_;
  std::vector<SessionRef> told_;
};

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
                                                         const SessionFilter& filter, EndReason reason,
                                                         std::span<const store::Write> with, Time now) {
  const auto room = max_writes - with.size();
  // Listed once for all of them, and once more after `with` has happened: a login that read the old password may have
  // finished in between.
  for (bool done = with.empty();; done = true) {
    const auto sessions = list_session_items(auth.table, user_id);
    const auto ending = list_ending(sessions, filter);
    if (done && ending.empty()) return {};
    const auto outliving = list_outliving(sessions, ending);
    Ends ends(auth, room);
    for (const auto& session : ending) {
      auto together = end_session(auth, session, reason, now);
      std::vector<SessionRef> told{session};
      const auto [begin, end] = outliving.equal_range(session.id);
      const bool fits = together.size() + static_cast<std::size_t>(std::distance(begin, end)) <= room;
      for (const auto& [began_in, client] : std::ranges::subrange(begin, end)) {
        if (fits) {
          together.emplace_back(logout_notice(client, now));
          told.push_back(client);
        } else {
          ends.add({logout_notice(client, now)}, {&client, 1});  // first, so that no crash leaves it untold
        }
      }
      ends.add(std::move(together), told);
      if (!fits) (void)ends.write({});  // not with `with`: that may be refused, and they were told
    }
    if (const auto written = ends.write(done ? std::span<const store::Write>() : with); !written) return written;
  }
}

void forget_sessions(const Auth& auth, std::string_view user_id, Time now) {
  // Ended first: after that nothing adds to the chains.
  (void)end_sessions(auth, user_id, every_session, EndReason::revoked, {}, now);
  std::vector<store::Key> keys;
  for (const auto& ended : query_all(auth.table, store::key_part(table_keys::user, user_id), table_keys::ended)) {
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

}  // namespace voyages::auth
