#pragma once

#include <vector>

#include "auth/auth.h"
#include "auth/errors.h"
#include "auth/password.h"
#include "auth/throttle.h"
#include "auth/user.h"
#include "email/outbox.h"
#include "http/context.h"

namespace voyages::auth {

/// Somebody who has just proved who they are: what has to be written together with their new session.
struct ProvenUser {
  User user;
  /// The first is refused when the account is no longer as it was read.
  std::vector<store::Write> writes;
  std::vector<email::RecordedMail> mails{};  // what the account is told
};

/// Proof by password. A wrong password and an unknown address get the same answer after the same work.
Result<ProvenUser> prove_by_password(Auth& auth, const Email& email, const Password& password,
                                     const http::Context& context);
/// Proof by somebody whom we trust to have asked, such as another OpenID provider. The same checks of the account.
Result<ProvenUser> prove_elsewhere(Auth& auth, const User& user, const http::Context& context);

/// Writes the session that the proof was for. False when the account was changed at this very moment.
bool begin_proven_session(Auth& auth, ProvenUser proven, std::vector<store::Write> session, Time now);

}  // namespace voyages::auth
