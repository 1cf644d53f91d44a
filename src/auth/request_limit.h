#pragma once

#include <cstdint>
#include <string_view>

#include "auth/auth.h"
#include "http/context.h"

namespace voyages::auth {

inline constexpr ErrorCode too_many_requests{
    "too_many_requests", "Your network has asked for this too often. Wait as long as `Retry-After` says."};

/// What anybody may ask for, and what then grows in our store or in somebody's mailbox, or may be guessed.
namespace limited {
inline constexpr std::string_view registration = "REGISTER";
inline constexpr std::string_view client_registration = "CLIENT";
inline constexpr std::string_view reset_mail = "RESET";
inline constexpr std::string_view verification_mail = "VERIFY";
inline constexpr std::string_view federation = "FEDERATION";
inline constexpr std::string_view authorization = "AUTHORIZE";
inline constexpr std::string_view device = "DEVICE";
inline constexpr std::string_view user_code = "USERCODE";
}  // namespace limited

/// Counts a request of this kind by the caller's network, `AuthOptions::sign_up_limit` (`times` as many) an hour from
/// the first on, and refuses those beyond. Reads and writes the same whatever address the request is about.
Result<void> count_request(Auth& auth, std::string_view kind, const http::Context& context, std::int64_t times = 1);

/// The same for any caller's name, such as a user's id; `limit` an hour, 0: any number.
Result<void> count_request_of(Auth& auth, std::string_view kind, std::string_view who, std::int64_t limit, Time now);

}  // namespace voyages::auth
