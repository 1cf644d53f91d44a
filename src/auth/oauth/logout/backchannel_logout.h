#pragma once

#include <string_view>

#include "auth/auth.h"
#include "base/clock.h"

/// OpenID Connect Back-Channel Logout 1.0: a client that asked for it is told when one of its sessions ends.
namespace voyages::auth::oauth {

/// The worker: tells the client of a notice (`auth/logout_notice.h`), once at least. Throws when the client does not
/// take it, for the queue to try again.
void send_logout_notice(Auth& auth, std::string_view session_id, Time now);

}  // namespace voyages::auth::oauth
