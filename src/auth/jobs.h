#pragma once

#include <string_view>

#include "auth/auth.h"
#include "store/queue.h"

namespace voyages::auth {

/// The queue's kinds of work for auth. The body is an e-mail address, for `logout_notice` a session's id, for
/// `surplus_sessions` a user's, and for `reload_keys` of no meaning.
namespace job {
inline constexpr std::string_view reset_mail = "auth.reset_mail";
inline constexpr std::string_view verification_mail = "auth.verification_mail";
inline constexpr std::string_view logout_notice = "auth.logout_notice";
inline constexpr std::string_view surplus_sessions = "auth.surplus_sessions";
inline constexpr std::string_view reload_keys = "auth.reload_keys";
}  // namespace job

/// Does one piece of queued work; false when it is not auth's.
bool work(Auth& auth, const store::QueueMessage& message, Time now);

}  // namespace voyages::auth
