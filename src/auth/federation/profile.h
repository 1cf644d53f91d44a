#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/email_address.h"

namespace voyages::auth::federation {

/// Who a provider says has signed in with it.
struct Profile {
  std::string subject;  // who it is, at this provider and for ever
  std::optional<Email> email{};
  bool email_verified = false;  // the provider vouches for the address
  std::string name{};
  std::optional<Time> auth_time{};  // when they proved who they are there, if the provider says
};

/// Takes `email`, `email_verified` and `name` from claims (OpenID Connect Core §5.1), if they are fit for an account.
void read_claims(Profile& profile, const boost::json::object& claims);

/// A name fit for an account, else nothing.
std::string readable_name(std::string_view name);

}  // namespace voyages::auth::federation
