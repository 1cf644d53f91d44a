#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "auth/user.h"

namespace voyages::auth::oauth {

/// What a client is told of its user (OpenID Connect Core §5.1): `sub`, and what the scope opens (§5.4).
boost::json::object user_claims(const User& user, std::string_view scope);

}  // namespace voyages::auth::oauth
