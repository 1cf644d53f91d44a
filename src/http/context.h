#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"

namespace voyages::http {

/// Who calls: what an `Authenticator` read from a request's credentials. A service is a program with a token of its
/// own: it has neither session, address nor roles, and its scope is what it may do. A client (OAuth) calls for its
/// user, within what its scope says.
struct Principal {
  std::string user_id;
  std::string session_id;
  std::string jti{};
  std::string email{};
  bool email_verified = false;  // when the token was made
  std::vector<std::string> roles{};
  Time expires_at{};
  bool is_service = false;
  bool by_cookie = false;               // the browser sent it by itself
  std::string client_id{};              // whose token it is; empty: the user's own, from signing in here
  std::string scope{};                  // a client's or a service's, names with spaces between
  std::vector<std::string> audience{};  // who the token is for; empty: this server
  std::string dpop_jkt{};               // RFC 9449 §6.1: the key that must prove it; empty: a bearer token
};

/// What a handler knows of the call besides its input, and where it puts what is not the body. Plain values, so a use
/// case can be tested without HTTP.
struct Context {
  Time now{};
  std::string request_id{};
  std::string client_ip{};
  std::string user_agent{};
  std::shared_ptr<const Principal> caller{};  // set on routes that ask for a signed-in caller

  int status = 0;              // set it to answer with another success than the route's usual one
  Headers response_headers{};  // added to the response, of a success or a failure
};

/// The port that turns credentials into a caller; `auth/` implements it.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// `permission` is what the route asks for; empty when any signed-in user will do.
  [[nodiscard]] virtual Result<std::shared_ptr<const Principal>> authenticate(const Request& request,
                                                                              std::string_view permission,
                                                                              Time now) = 0;
};

/// A key that opens some routes to whoever holds it, besides signed-in callers: a header field of its own, and what to
/// say of it in the contract.
struct HeaderKey {
  std::string scheme;                           // its name in the contract: `mailToken`
  std::string header;                           // `X-Mail-Token`
  std::string description;                      // for the contract
  ErrorCode refused;                            // answered with 401 when it is not the right one
  std::function<bool(std::string_view)> opens;  // compares in constant time
};

inline constexpr ErrorCode unauthenticated{
    "unauthenticated", "Sign in first: send `Authorization: Bearer <access_token>` from POST /auth/login."};
inline constexpr ErrorCode invalid_token{"invalid_token", "This access token is not valid. Sign in again."};
inline constexpr ErrorCode expired_token{"expired_token",
                                         "This access token has expired. POST /auth/refresh gives a new one."};
inline constexpr ErrorCode revoked_token{"revoked_token", "This session has ended. Sign in again."};
inline constexpr ErrorCode forbidden{"forbidden", "Your account may not do this."};
inline constexpr ErrorCode cross_site_request{
    "cross_site_request", "A page of another site sent this in your name. Do it on the page of this server."};
inline constexpr ErrorCode service_not_allowed{"service_not_allowed",
                                               "This is for users who signed in, not for service tokens."};

}  // namespace voyages::http
