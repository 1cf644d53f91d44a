#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "auth/oauth/clients/client.h"
#include "auth/oauth/error.h"

namespace voyages::auth::oauth {

/// A scope has no more names than that.
inline constexpr std::size_t max_scope_names = 64;

/// The names in a scope (RFC 6749 §3.3), once each, in their order. `invalid_scope` for characters that no scope has.
OAuthResult<std::vector<std::string>> parse_scope(std::string_view scope);

/// Such names as one scope.
std::string join_scope(const std::vector<std::string>& names);

/// What of the wanted scope the client may have. Names that are not for it are ignored (RFC 6749 §3.3, OpenID Connect
/// Core §5.4). A client that wants nothing is given all that it may ask for, but `offline_access`; one that wants only
/// names that are not for it is given `openid`, or the same as the former if it may not ask for that. `invalid_scope`
/// for what is no scope, and for a client that may ask for nothing but `offline_access`.
OAuthResult<std::string> scope_for(const Client& client, std::string_view wanted);

/// What of a granted scope the client may still ask for. `invalid_scope` when that is nothing.
OAuthResult<std::string> narrow_scope(const Client& client, std::string_view granted);

bool has_scope(std::string_view scope, std::string_view name);

/// Whether every name of `narrower` is in `wider`.
bool is_within(std::string_view narrower, std::string_view wider);

/// The resources that a request names (RFC 8707 §2), once each: absolute URIs without a fragment, https or on this
/// machine's loopback, that the client may ask for. `invalid_target` otherwise, and for more than eight.
OAuthResult<std::vector<std::string>> resources_for(const Client& client, const std::vector<std::string>& wanted);

}  // namespace voyages::auth::oauth
