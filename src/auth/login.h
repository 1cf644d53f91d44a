#pragma once

#include <boost/describe.hpp>

#include "auth/auth.h"
#include "auth/errors.h"
#include "auth/password.h"
#include "auth/session.h"
#include "auth/throttle.h"
#include "http/context.h"

namespace voyages::auth {

struct LoginRequest {
  Email email;
  Password password;
};
BOOST_DESCRIBE_STRUCT(LoginRequest, (), (email, password))

struct LoginResponse {
  Secret access_token;
  std::string token_type;
  std::int64_t expires_in;
  Secret refresh_token;
  UserView user;

  static constexpr auto& docs = TokenPair::docs;
};
BOOST_DESCRIBE_STRUCT(LoginResponse, (), (access_token, token_type, expires_in, refresh_token, user))

/// `POST /auth/login`. A wrong password and an unknown address get the same answer after the same work.
Result<LoginResponse> login(Auth& auth, const LoginRequest& input, http::Context& context);

}  // namespace voyages::auth
