#pragma once

#include <boost/describe.hpp>
#include <string_view>

#include "auth/auth.h"
#include "auth/errors.h"
#include "auth/password.h"
#include "auth/user.h"
#include "base/email_address.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::auth {

struct ForgotPasswordRequest {
  Email email;
};
BOOST_DESCRIBE_STRUCT(ForgotPasswordRequest, (), (email))

/// `POST /auth/forgot-password`: only hands the address to a worker, so neither the answer nor its time tells whether
/// an account has it.
Result<void> forgot_password(Auth& auth, const ForgotPasswordRequest& input, http::Context& context);

/// The worker's part: mails a link when the address has an account.
void send_reset_mail(Auth& auth, std::string_view errand, Time now);

struct ResetPasswordRequest {
  Secret token;
  NewPassword password;

  static constexpr http::FieldDoc docs[] = {
      {"token", "From the link in the mail.", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071.Zm9v…")"}};
};
BOOST_DESCRIBE_STRUCT(ResetPasswordRequest, (), (token, password))

/// `POST /auth/reset-password`: sets the password, ends every session, forgets failed logins, and confirms the address,
/// since the link came there.
Result<void> reset_password(Auth& auth, const ResetPasswordRequest& input, http::Context& context);

/// Sets a password without a link or the old one, for the command line; the rest as `reset_password`.
Result<void> set_password(Auth& auth, const User& user, const NewPassword& password, Time now);

}  // namespace voyages::auth
