#include "auth/logout.h"

#include "auth/session.h"

namespace voyages::auth {

Result<void> logout(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto& caller = *context.caller;
  const auto session = get(auth.table, session_key(caller.user_id, caller.session_id));
  const auto token_id = session ? session->text("token_id") : std::string_view();
  (void)auth.table.write(
      end_session(auth, caller.user_id, caller.session_id, token_id, EndReason::logout, context.now));
  return {};
}

}  // namespace voyages::auth
