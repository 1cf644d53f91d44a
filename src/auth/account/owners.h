#pragma once

#include "auth/auth.h"
#include "auth/user.h"
#include "base/result.h"

namespace voyages::auth {

inline constexpr ErrorCode last_owner{
    "last_owner", "This is the only owner. Make another account an owner first, so that somebody is left."};

/// What must still hold when an owner goes, by any way: that another one, who can sign in, stays. The check belongs
/// into the transaction by which the owner goes, so that two owners who go at once do not both count on the other.
Result<store::Write> check_other_owner(Auth& auth, const User& owner);

}  // namespace voyages::auth
