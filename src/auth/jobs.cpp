#include "auth/jobs.h"

#include "auth/account/reset_password.h"
#include "auth/oauth/logout/backchannel_logout.h"
#include "auth/session_limit.h"
#include "auth/verify_email.h"

namespace voyages::auth {

bool work(Auth& auth, const store::QueueMessage& message, Time now) {
  if (message.kind == job::reset_mail) return send_reset_mail(auth, message.body, now), true;
  if (message.kind == job::verification_mail) return send_verification_mail(auth, message.body, now), true;
  if (message.kind == job::logout_notice) return oauth::send_logout_notice(auth, message.body, now), true;
  if (message.kind == job::surplus_sessions) return end_surplus_sessions(auth, message.body, now), true;
  if (message.kind == job::reload_keys) return auth.keys.reload(), true;
  return false;
}

}  // namespace voyages::auth
