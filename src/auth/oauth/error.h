#pragma once

#include <boost/json.hpp>
#include <expected>
#include <string>
#include <string_view>

#include "http/message.h"

namespace voyages::auth::oauth {

/// A failure as OAuth says it: `error` is one of the names that the specifications register (RFC 6749 §5.2, §4.1.2.1
/// and those that extend them), `description` says in ASCII what is wrong and what to do.
struct OAuthError {
  std::string_view error;
  std::string description;
  int status = 400;
};

template <class T>
using OAuthResult = std::expected<T, OAuthError>;

/// The failing side of an `OAuthResult`.
std::unexpected<OAuthError> refuse(std::string_view error, std::string description, int status = 400);

/// RFC 6749 §5.2: a JSON object with `error` and `error_description`, not to be stored. A 401 names the scheme that the
/// client may use.
http::Response error_response(const OAuthError& error);

/// A JSON answer that is not to be stored (RFC 6749 §5.1).
http::Response json_response(const boost::json::object& body, int status = 200);

namespace error {
inline constexpr std::string_view invalid_request = "invalid_request";
inline constexpr std::string_view invalid_client = "invalid_client";
inline constexpr std::string_view invalid_grant = "invalid_grant";
inline constexpr std::string_view unauthorized_client = "unauthorized_client";
inline constexpr std::string_view unsupported_grant_type = "unsupported_grant_type";
inline constexpr std::string_view invalid_scope = "invalid_scope";
inline constexpr std::string_view access_denied = "access_denied";
inline constexpr std::string_view unsupported_response_type = "unsupported_response_type";
inline constexpr std::string_view server_error = "server_error";
inline constexpr std::string_view temporarily_unavailable = "temporarily_unavailable";
inline constexpr std::string_view invalid_target = "invalid_target";  // RFC 8707 §2
inline constexpr std::string_view invalid_token = "invalid_token";    // RFC 6750 §3.1
inline constexpr std::string_view insufficient_scope = "insufficient_scope";
inline constexpr std::string_view authorization_pending = "authorization_pending";  // RFC 8628 §3.5
inline constexpr std::string_view slow_down = "slow_down";
inline constexpr std::string_view expired_token = "expired_token";
}  // namespace error

}  // namespace voyages::auth::oauth
