#pragma once

#include <boost/describe.hpp>
#include <string_view>

#include "auth/auth.h"
#include "auth/errors.h"
#include "base/email_address.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::auth {

struct VerifyEmailRequest {
  Secret token;

  static constexpr http::FieldDoc docs[] = {
      {"token", "From the link in the mail.", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071.Zm9v…")"}};
};
BOOST_DESCRIBE_STRUCT(VerifyEmailRequest, (), (token))

/// `POST /auth/verify-email`: confirms the account's address, or moves the account to the new one that it asked for.
Result<void> verify_email(Auth& auth, const VerifyEmailRequest& input, http::Context& context);

struct ResendVerificationRequest {
  Email email;
};
BOOST_DESCRIBE_STRUCT(ResendVerificationRequest, (), (email))

/// `POST /auth/resend-verification`: always the same answer; a worker does the rest.
Result<void> resend_verification(Auth& auth, const ResendVerificationRequest& input, http::Context& context);

/// The worker's part: mails a new link when the address has an account that is not verified yet.
void send_verification_mail(Auth& auth, std::string_view errand, Time now);

}  // namespace voyages::auth
