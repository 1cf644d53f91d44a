#include "auth/logout.h"

#include "auth/session.h"

namespace voyages::auth {

Result<void> logout(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto& caller = *context.caller;
  (void)auth.table.write(end_session(auth, caller.user_id, caller.session_id, EndReason::logout, context.now));
  return {};
}

}  // namespace voyages::auth
