#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "auth/auth.h"
#include "auth/session_end.h"
#include "base/clock.h"
#include "store/table.h"

/// What has to be told to a client whose session ended (OpenID Connect Back-Channel Logout 1.0): a notice is written in
/// the transaction that ends the session, then queued; a janitor queues again what was lost between the two. Which
/// client is told, and how, is for `oauth/` to know.
namespace voyages::auth {

/// The notice that a client is to be told: `LOGOUT#<session>`/`PENDING`.
store::Put logout_notice(const SessionRef& session, Time now);

/// Queues a notice, once its transaction has happened. Never throws: what its caller did is done.
void queue_logout_notice(const Auth& auth, std::string_view session_id);

/// The notice, for a worker that tells its client: from here on the queue repeats the work, and the janitor need not
/// look. Returns nullopt if the client was told already.
std::optional<store::Item> take_logout_notice(Auth& auth, std::string_view session_id);

/// Removes a notice whose client was told.
void drop_logout_notice(Auth& auth, const store::Item& notice);

/// Queues the notices that should long have been told and never reached a worker. Returns how many.
std::size_t queue_lost_logout_notices(Auth& auth, Time now);

}  // namespace voyages::auth
