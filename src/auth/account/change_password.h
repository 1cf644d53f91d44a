#pragma once

#include <boost/describe.hpp>

#include "auth/auth.h"
#include "auth/errors.h"
#include "auth/password.h"
#include "auth/throttle.h"
#include "auth/user.h"
#include "http/context.h"

namespace voyages::auth {

struct ChangePasswordRequest {
  Password current_password;
  NewPassword new_password;
};
BOOST_DESCRIBE_STRUCT(ChangePasswordRequest, (), (current_password, new_password))

/// `POST /auth/change-password`: ends every other session; the caller's goes on.
Result<void> change_password(Auth& auth, const ChangePasswordRequest& input, http::Context& context);

/// The mail that tells of it, with what else opens the account.
email::RecordedMail record_password_changed(Auth& auth, const User& user, std::string_view ip, Time now);

/// Checks the caller's password before something that a stolen access token alone must not do; counts failures like a
/// login.
Result<void> confirm_caller(Auth& auth, const User& user, const Password& password, const http::Context& context);

}  // namespace voyages::auth
