#pragma once

#include <boost/json.hpp>

#include "auth/auth.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/error.h"
#include "auth/oauth/form.h"

namespace voyages::auth::oauth {

/// `POST /oauth/introspect` (RFC 7662), of a confidential client that proved itself. It is told of tokens of its own,
/// and of access tokens for it: whose audience has its `client_id` or one of its resources. Of all others it hears that
/// they are not active.
OAuthResult<boost::json::object> introspect(Auth& auth, const Client& client, const Form& form, Time now);

}  // namespace voyages::auth::oauth
