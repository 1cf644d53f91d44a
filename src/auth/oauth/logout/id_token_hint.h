#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "auth/auth.h"
#include "base/clock.h"

namespace voyages::auth::oauth {

/// The claims of an ID token that we issued to this client, whether it has expired or not (OpenID Connect Core
/// §3.1.2.1); nothing for anything else, and once its key verifies nothing any more.
std::optional<boost::json::object> read_id_token_hint(const Auth& auth, std::string_view id_token,
                                                      std::string_view client_id, Time now);

/// Whether it is signed with a key that is not, or no longer, one of ours, so that nobody can tell what it was.
bool is_of_unknown_key(const Auth& auth, std::string_view id_token, Time now);

}  // namespace voyages::auth::oauth
