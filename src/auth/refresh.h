#pragma once

#include <boost/describe.hpp>
#include <functional>
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

/// What a refresh token stood for, and the one that replaces it.
struct Refreshed {
  SessionClaims claims;
  Secret refresh_token;
};

/// Whether the caller that presents a refresh token may use what it stands for.
using RefreshCheck = std::function<bool(const SessionClaims& claims)>;

/// Rotation (RFC 9700 §4.14.2), for our own sessions as for those of clients. A token that the check refuses stays as
/// it was. Used again within the grace (two tabs, a lost answer) a token gives the same new one; used again later, it
/// ends the session: one of the two users of it is a thief.
Result<Refreshed> rotate_refresh_token(Auth& auth, const Secret& token, const RefreshCheck& may_use,
                                       const http::Context& context);

/// `POST /auth/refresh`: uses the token up and returns a new pair.
Result<TokenPair> refresh(Auth& auth, const RefreshRequest& input, http::Context& context);

}  // namespace voyages::auth
