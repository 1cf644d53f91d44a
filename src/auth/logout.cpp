#include "auth/logout.h"

#include "auth/browser_session.h"
#include "auth/session_end.h"

namespace voyages::auth {

Result<void> logout(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto& caller = *context.caller;
  (void)end_sessions(auth, caller.user_id, with_children(caller.session_id), EndReason::logout, {}, context.now);
  if (caller.by_cookie) context.response_headers.add("Set-Cookie", no_session_cookie(auth.options));
  return {};
}

}  // namespace voyages::auth
