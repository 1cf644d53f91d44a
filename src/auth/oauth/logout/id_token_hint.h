#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "auth/auth.h"
#include "base/clock.h"

namespace voyages::auth::oauth {

/// Returns the claims of an ID token that we issued to this client, expired or not (OpenID Connect Core §3.1.2.1), or
/// nullopt if the text is no such token or its key is no longer published.
std::optional<boost::json::object> read_id_token_hint(const Auth& auth, std::string_view id_token,
                                                      std::string_view client_id, Time now);

/// Whether the token names a key that is not, or no longer, one of ours: then nobody can tell whether it was genuine.
bool is_of_unknown_key(const Auth& auth, std::string_view id_token, Time now);

}  // namespace voyages::auth::oauth
