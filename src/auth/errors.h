#pragma once

#include "base/result.h"

namespace voyages::auth {

inline constexpr ErrorCode email_taken{"email_taken",
                                       "An account with this address exists. Log in, or reset the password."};
inline constexpr ErrorCode registration_closed{"registration_closed",
                                               "Registration is closed here. Ask an administrator."};
inline constexpr ErrorCode invalid_invite{"invalid_invite",
                                          "This invitation is not valid, has expired, or is for another address."};
inline constexpr ErrorCode invalid_credentials{"invalid_credentials", "The address or the password is wrong."};
inline constexpr ErrorCode wrong_password{"wrong_password", "The current password is wrong."};
inline constexpr ErrorCode email_not_verified{
    "email_not_verified", "Confirm your address first: open the link in the mail that we sent you."};
inline constexpr ErrorCode account_disabled{"account_disabled", "This account is disabled. Ask an administrator."};
inline constexpr ErrorCode invalid_refresh_token{
    "invalid_refresh_token", "This refresh token is not valid, has expired or was used. Log in again."};
inline constexpr ErrorCode invalid_link{"invalid_link",
                                        "This link is not valid, has expired or was used. Ask for a new one."};
inline constexpr ErrorCode user_not_found{"user_not_found", "There is no such user."};
inline constexpr ErrorCode session_not_found{"session_not_found", "There is no such session."};
inline constexpr ErrorCode setup_done{"setup_done",
                                      "This server has an owner already, or the set-up link is not valid. Restart the "
                                      "server to get a new one."};
inline constexpr ErrorCode owner_protected{"owner_protected", "Only an owner may change an owner, or make one."};
inline constexpr ErrorCode too_many_roles{"too_many_roles", "A user has at most 32 roles."};
inline constexpr ErrorCode conflict{"conflict", "Something else changed this at the same moment. Try again."};

}  // namespace voyages::auth
