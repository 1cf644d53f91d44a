#include "auth/logout_notice.h"

#include "auth/jobs.h"
#include "auth/table_keys.h"
#include "store/pending.h"

namespace voyages::auth {

namespace {

// A notice that no try delivered is given up by the queue long before.
constexpr auto kept_for = std::chrono::days(1);

store::Key notice_key(std::string_view session_id) {
  return {store::key_part(table_keys::logout, session_id), "PENDING"};
}

}  // namespace

store::Put logout_notice(const SessionRef& session, Time now) {
  store::Item notice{notice_key(session.id),
                     {{"user_id", session.user_id}, {"client_id", session.client_id}},
                     std::nullopt,
                     now + kept_for};
  store::set_pending(notice, table_keys::logouts, session.id, now + store::lost_after);
  return {std::move(notice)};
}

void queue_logout_notice(const Auth& auth, std::string_view session_id) {
  store::try_to_queue(auth.log, job::logout_notice, session_id,
                      [&] { auth.queue.send(job::logout_notice, session_id); });
}

std::optional<store::Item> take_logout_notice(Auth& auth, std::string_view session_id) {
  auto notice = get(auth.table, notice_key(session_id));
  if (!notice || !notice->index) return notice;
  store::clear_pending(*notice);
  const store::Write write = store::Put{*notice, {store::item_exists()}};
  if (!auth.table.write({&write, 1})) return std::nullopt;
  return notice;
}

void drop_logout_notice(Auth& auth, const store::Item& notice) {
  const store::Write write = store::Delete{notice.key};
  (void)auth.table.write({&write, 1});  // without conditions it cannot be refused
}

std::size_t queue_lost_logout_notices(Auth& auth, Time now) {
  return store::queue_lost(auth.table, auth.queue, table_keys::logouts, now, [](const store::Item& notice) {
    return store::NewMessage{std::string(job::logout_notice), notice.key.pk.substr(table_keys::logout.size())};
  });
}

}  // namespace voyages::auth
