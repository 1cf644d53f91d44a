#pragma once

#include <cstddef>
#include <string_view>

#include "auth/auth.h"
#include "auth/session.h"
#include "base/clock.h"
#include "store/table.h"

/// OpenID Connect Back-Channel Logout 1.0: a client that asked for it is told when one of its sessions ends. What is to
/// be told is written in the transaction that ends the session, then queued; what is lost between the two, a janitor
/// queues again.
namespace voyages::auth::oauth {

/// The note that a client is to be told: `LOGOUT#<session>`/`PENDING`.
store::Put logout_notice(const SessionRef& session, Time now);

/// Queues it, once its transaction has happened. Never throws: what its caller did is done.
void queue_logout_notice(const Auth& auth, std::string_view session_id);

/// The worker: tells the client, once at least. Throws when the client does not take it, for the queue to try again.
void send_logout_notice(Auth& auth, std::string_view session_id, Time now);

/// Queues what should long have been told and never reached a worker. Returns how many.
std::size_t queue_lost_logout_notices(Auth& auth, Time now);

}  // namespace voyages::auth::oauth
