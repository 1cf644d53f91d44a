#include "auth/session_limit.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "auth/jobs.h"
#include "auth/session.h"
#include "auth/session_end.h"
#include "crypto/token.h"

namespace voyages::auth {

namespace {

// One new session in so many has the user's counted. Chance needs no counter, which every sign-in would have to write.
constexpr unsigned one_in = 16;

bool is_turn() { return static_cast<unsigned char>(crypto::random_bytes(1).front()) % one_in == 0; }

std::set<std::string, std::less<>> surplus(const std::vector<store::Item>& sessions) {
  std::map<std::string_view, std::vector<const store::Item*>> held;  // by client; the user's own under no name
  for (const auto& session : sessions) held[session.text("client_id")].push_back(&session);
  std::set<std::string, std::less<>> ids;
  for (auto& [client_id, items] : held) {
    if (items.size() <= most_sessions) continue;
    // The list is oldest first, and stays so among those that were seen at the same time.
    std::ranges::stable_sort(items, {}, [](const store::Item* session) { return session->number("last_seen_at"); });
    for (const auto* session : std::span(items).first(items.size() - most_sessions)) ids.insert(to_ref(*session).id);
  }
  return ids;
}

}  // namespace

void note_new_session(const Auth& auth, std::string_view user_id) {
  if (!is_turn()) return;
  try {
    auth.queue.send(job::surplus_sessions, user_id);
  } catch (const std::exception& exception) {
    auth.log.warn("a user's sessions were not counted; they will be after another sign-in",
                  {{"user", user_id}, {"error", exception.what()}});
  }
}

void end_surplus_sessions(const Auth& auth, std::string_view user_id, Time now) {
  auto ids = surplus(list_session_items(auth.table, user_id));
  if (ids.empty()) return;
  (void)end_sessions(auth, user_id, with_children(std::move(ids)), EndReason::revoked, {}, now);
}

}  // namespace voyages::auth
