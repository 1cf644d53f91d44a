#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "auth/oauth/clients/client_metadata.h"
#include "auth/oauth/error.h"
#include "base/clock.h"

namespace voyages::auth::oauth {

/// The names of RFC 7591 §3.2.2.
namespace registration_error {
inline constexpr std::string_view invalid_redirect_uri = "invalid_redirect_uri";
inline constexpr std::string_view invalid_client_metadata = "invalid_client_metadata";
inline constexpr std::string_view unapproved_software_statement = "unapproved_software_statement";
}  // namespace registration_error

/// Makes a client of what a program says of itself. What it may not have is left out or replaced (RFC 7591 §3.2.1), and
/// the client says what it got: programs name all that they know, for every server alike. It's refused when nothing
/// that it could use is left, or a member is malformed. `schemes` are those of `AuthOptions::client_schemes`.
OAuthResult<NewClient> new_registered_client(const boost::json::object& said, const std::vector<std::string>& schemes,
                                             Time now);

}  // namespace voyages::auth::oauth
