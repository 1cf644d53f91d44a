#include "auth/logout_notice.h"

#include <fmt/format.h>

#include "auth/jobs.h"

namespace voyages::auth {

namespace {

constexpr std::string_view logouts_index = "LOGOUTS";
constexpr auto lost_after = std::chrono::minutes(2);
constexpr auto look_again_after = std::chrono::hours(1);
// A notice that no try delivered is given up by the queue long before.
constexpr auto kept_for = std::chrono::days(1);
constexpr std::size_t page_size = 100;

store::Key notice_key(std::string_view session_id) { return {"LOGOUT#" + std::string(session_id), "PENDING"}; }

std::string looked_at_before(Time time) { return fmt::format("{:015}", to_ms(time)); }

store::IndexKey look_at(std::string_view session_id, Time time) {
  return {std::string(logouts_index), looked_at_before(time) + '#' + std::string(session_id)};
}

}  // namespace

store::Put logout_notice(const SessionRef& session, Time now) {
  return {{notice_key(session.id),
           {{"user_id", session.user_id}, {"client_id", session.client_id}, {"look_at", to_ms(now + lost_after)}},
           look_at(session.id, now + lost_after),
           now + kept_for}};
}

void queue_logout_notice(const Auth& auth, std::string_view session_id) {
  try {
    auth.queue.send(job::logout_notice, session_id);
  } catch (const std::exception& exception) {
    auth.log.warn("a logout notice was not queued; it will be in some minutes",
                  {{"session", session_id}, {"error", exception.what()}});
  }
}

std::optional<store::Item> take_logout_notice(Auth& auth, std::string_view session_id) {
  auto notice = get(auth.table, notice_key(session_id));
  if (!notice || !notice->index) return notice;
  notice->index.reset();
  notice->attributes.erase("look_at");
  const store::Write write = store::Put{*notice, {store::item_exists()}};
  if (!auth.table.write({&write, 1})) return std::nullopt;
  return notice;
}

void drop_logout_notice(Auth& auth, const store::Item& notice) {
  const store::Write write = store::Delete{notice.key};
  (void)auth.table.write({&write, 1});  // without conditions it cannot be refused
}

std::size_t queue_lost_logout_notices(Auth& auth, Time now) {
  std::size_t count = 0;
  store::Query query{.source = store::Query::Source::index,
                     .pk = std::string(logouts_index),
                     .sk_to = looked_at_before(now),
                     .limit = page_size};
  do {
    const auto page = auth.table.query(query);
    for (const auto& notice : page.items) {
      const auto session_id = notice.key.pk.substr(std::string_view("LOGOUT#").size());
      auth.queue.send(job::logout_notice, session_id);
      const store::Write write = store::Update{.key = notice.key,
                                               .set = {{"look_at", to_ms(now + look_again_after)}},
                                               .index = look_at(session_id, now + look_again_after),
                                               .conditions = {store::equals("look_at", notice.number("look_at"))}};
      (void)auth.table.write({&write, 1});  // refused when a worker has just taken it
      ++count;
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return count;
}

}  // namespace voyages::auth
