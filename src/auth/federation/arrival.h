#pragma once

#include <string>

#include "auth/federation/attempt.h"
#include "auth/federation/federation.h"
#include "auth/federation/profile.h"
#include "auth/federation/provider.h"
#include "base/result.h"
#include "http/context.h"

namespace voyages::auth::federation {

/// Signs in whose identity it is. One that nobody has yet goes to the account with the same address, if both sides have
/// proven it and its owner has not unlinked it before; where there is no such account, one is made. Sends the cookie of
/// the browser's session.
Result<void> sign_in(Federation& federation, const Attempt& attempt, const Provider& provider, const Profile& profile,
                     http::Context& context);

/// Links the identity to the account that the attempt began from, while that session lasts.
Result<void> link(Federation& federation, const Attempt& attempt, const Provider& provider, const Profile& profile,
                  const http::Context& context);

}  // namespace voyages::auth::federation
