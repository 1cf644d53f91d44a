#pragma once

#include <boost/json.hpp>

#include "auth/options.h"

namespace voyages::auth::oauth {

/// What this server can do, for programs that set themselves up: OpenID Connect Discovery 1.0 §3 and RFC 8414 §2 in
/// one. It names all that there is, and nothing that there is not.
boost::json::object server_metadata(const AuthOptions& options);

}  // namespace voyages::auth::oauth
