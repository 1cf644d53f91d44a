#pragma once

#include <string_view>

/// The queue's kinds of work for auth. The body is a `link_mail_errand`, for `logout_notice` a session's id, for
/// `surplus_sessions` a user's, and for `reload_keys` of no meaning.
namespace voyages::auth::job {

inline constexpr std::string_view reset_mail = "auth.reset_mail";
inline constexpr std::string_view verification_mail = "auth.verification_mail";
inline constexpr std::string_view logout_notice = "auth.logout_notice";
inline constexpr std::string_view surplus_sessions = "auth.surplus_sessions";
inline constexpr std::string_view reload_keys = "auth.reload_keys";

}  // namespace voyages::auth::job
