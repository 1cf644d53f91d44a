#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/oauth/error.h"

namespace voyages::auth::oauth {

/// What the `claims` parameter asks for (OpenID Connect Core §5.5), of what we know. All of it is voluntary but
/// `subject` and `essential_acr`.
struct ClaimsRequest {
  std::vector<std::string> id_token{};  // names of the user's claims
  std::vector<std::string> userinfo{};
  std::string subject{};                     // `sub` with a value: who the user must be
  std::vector<std::string> essential_acr{};  // one of these must be how the user signed in
};

/// `invalid_request` for more than 4 KB, what is no JSON object, or is none of the form that §5.5 gives.
OAuthResult<ClaimsRequest> parse_claims(std::string_view json);

/// The scope that a claim of the user belongs to (§5.4); empty for a name that is no claim of ours.
std::string_view scope_of_claim(std::string_view claim);

}  // namespace voyages::auth::oauth
