#pragma once

#include <cstddef>
#include <string_view>

#include "auth/auth.h"

namespace voyages::auth {

/// How many sessions of a user go on: of their own, and as many in each client's hands. Far more than anybody's
/// browsers and programs are, and few enough to be listed at once.
inline constexpr std::size_t most_sessions = 100;

/// To be called when a session has begun. Now and then it leaves a worker to end those that are too many: a sign-in
/// neither counts nor waits, so for a while there may be some more. Never throws.
void note_new_session(const Auth& auth, std::string_view user_id);

/// Ends those of a user's sessions that are too many, the ones that were not used for longest, and what began in them.
void end_surplus_sessions(const Auth& auth, std::string_view user_id, Time now);

}  // namespace voyages::auth
