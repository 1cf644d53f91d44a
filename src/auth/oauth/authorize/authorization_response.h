#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/oauth/authorize/authorization_request.h"
#include "http/message.h"

namespace voyages::auth::oauth {

/// Sends the browser on with a GET: 303 and never 307, with which it would send a form's body, such as a password, a
/// second time (RFC 9700 §4.12).
http::Response see_other(std::string location);

/// Where a browser goes that brings these to the client. RFC 6749 §3.1.2: a query that the URI has of its own stays.
std::string answer_uri(std::string_view redirect_uri,
                       const std::vector<std::pair<std::string, std::string>>& parameters);

/// Brings an answer to the client as it wished, with its `state` and our `iss` (RFC 9207).
http::Response answer_client(const Auth& auth, const ReturnAddress& address,
                             std::vector<std::pair<std::string, std::string>> parameters);
http::Response refuse_client(const Auth& auth, const ReturnAddress& address, const OAuthError& error);

/// Our own page about a request that cannot be answered to its client, since nobody knows whether it is the client's:
/// 400, with one of a few fixed codes that the page has texts for (RFC 6749 §4.1.2.1).
http::Response error_page(std::string_view code);

/// Our own page about a request that failed before a handler could read it: it is too large, or the server failed.
http::Response failure_page(int status);
/// Returns such a page for the runtime at paths that clients send browsers to, and nullopt for any other path.
std::optional<http::Response> refusal_page(std::string_view raw_path, int status);

namespace page_error {
inline constexpr std::string_view invalid_request = "invalid_request";
inline constexpr std::string_view unknown_client = "unknown_client";
inline constexpr std::string_view invalid_redirect_uri = "invalid_redirect_uri";
inline constexpr std::string_view invalid_request_uri = "invalid_request_uri";
inline constexpr std::string_view request_too_large = "request_too_large";
inline constexpr std::string_view server_error = "server_error";
inline constexpr std::string_view temporarily_unavailable = "temporarily_unavailable";
}  // namespace page_error

}  // namespace voyages::auth::oauth
