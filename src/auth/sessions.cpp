#include "auth/sessions.h"

#include <algorithm>

#include "auth/session.h"
#include "auth/session_end.h"
#include "auth/table_keys.h"
#include "auth/user.h"

namespace voyages::auth {

Result<SessionList> list_sessions(Auth& auth, const http::Nothing&, http::Context& context) {
  SessionList list;
  for (const auto& item : list_session_items(auth.table, context.caller->user_id)) {
    if (!item.text("client_id").empty()) continue;  // those are shown with the sites that hold them
    auto id = item.key.sk.substr(table_keys::session.size());
    const bool current = id == context.caller->session_id;
    list.items.push_back({std::move(id), current, std::string(item.text("user_agent")), std::string(item.text("ip")),
                          from_ms(item.number("created_at")), from_ms(item.number("last_seen_at")),
                          item.expires_at.value_or(Time{})});
  }
  std::ranges::reverse(list.items);
  return list;
}

Result<void> delete_session(Auth& auth, const SessionInput& input, http::Context& context) {
  const auto& user_id = context.caller->user_id;
  if (!get(auth.table, session_key(user_id, input.id.text()))) return fail(session_not_found);
  (void)end_sessions(auth, user_id, with_children(input.id.text()), EndReason::revoked, {}, context.now);
  return {};
}

Result<void> delete_other_sessions(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto& caller = *context.caller;
  (void)end_sessions(auth, caller.user_id, all_but(caller.session_id), EndReason::revoked, {}, context.now);
  return {};
}

}  // namespace voyages::auth
