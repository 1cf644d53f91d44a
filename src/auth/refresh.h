#pragma once

#include <boost/describe.hpp>
#include <string>

#include "auth/auth.h"
#include "auth/errors.h"
#include "auth/session.h"
#include "http/context.h"

namespace voyages::auth {

struct RefreshRequest {
  Secret refresh_token;

  static constexpr http::FieldDoc docs[] = {{"refresh_token", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071.Zm9v…")"}};
};
BOOST_DESCRIBE_STRUCT(RefreshRequest, (), (refresh_token))

/// `POST /auth/refresh`: the token is used up and a new pair handed out (RFC 9700 §4.14.2). Used again within the grace
/// (two tabs, a lost answer) it gives the same new refresh token; used again later, it ends the session: one of the two
/// users of it is a thief.
Result<TokenPair> refresh(Auth& auth, const RefreshRequest& input, http::Context& context);

}  // namespace voyages::auth
