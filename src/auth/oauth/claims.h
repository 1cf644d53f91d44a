#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "auth/user.h"

namespace voyages::auth::oauth {

/// What a client is told of its user (OpenID Connect Core §5.1): `sub`, what the scope opens (§5.4), and the claims
/// that were asked for by name (§5.5).
boost::json::object user_claims(const User& user, std::string_view scope, const std::vector<std::string>& names);

}  // namespace voyages::auth::oauth
