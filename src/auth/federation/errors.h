#pragma once

#include "base/result.h"

namespace voyages::auth::federation {

inline constexpr ErrorCode federation_denied{"federation_denied", "The sign-in was cancelled at the provider."};
inline constexpr ErrorCode federation_failed{"federation_failed",
                                             "The provider could not sign you in. Try again, or sign in another way."};
inline constexpr ErrorCode fresh_sign_in_needed{
    "fresh_sign_in_needed", "You signed in more than ten minutes ago. Sign in again, then link the provider."};
inline constexpr ErrorCode identity_taken{"identity_taken", "This identity belongs to another account here."};
inline constexpr ErrorCode account_exists{
    "account_exists", "An account with this address exists. Sign in to it first, then link the provider."};
inline constexpr ErrorCode email_unverified_upstream{
    "email_unverified_upstream", "The provider does not vouch for your address. Confirm it there, then try again."};
inline constexpr ErrorCode provider_not_found{"provider_not_found", "There is no such provider."};
inline constexpr ErrorCode provider_exists{"provider_exists",
                                           "A provider with this id exists. Delete it first, or choose another id."};
inline constexpr ErrorCode identity_not_found{"identity_not_found", "There is no such identity."};
inline constexpr ErrorCode last_sign_in_method{
    "last_sign_in_method", "This is the only way to sign in to the account. Choose a password or link another first."};

}  // namespace voyages::auth::federation
