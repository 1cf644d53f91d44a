#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "auth/auth.h"
#include "http/context.h"
#include "http/message.h"
#include "http/types.h"

namespace voyages::auth::oauth {

/// What is wrong with a logout, also as the code of our error page.
namespace logout_error {
inline constexpr ErrorCode invalid_request{"invalid_request",
                                           "The request of the site that sent you here is not valid."};
inline constexpr ErrorCode unknown_client{"unknown_client", "The site that sent you here is not known."};
inline constexpr ErrorCode invalid_redirect_uri{"invalid_redirect_uri",
                                                "The site that sent you here may not send you on to this address."};
}  // namespace logout_error

/// `GET` and `POST /oauth/logout` (OpenID Connect RP-Initiated Logout 1.0 §2): a client sends the browser here for its
/// user to be signed out. With an ID token of that very sign-in it is done at once; else the person is asked.
http::Response start_logout(Auth& auth, const http::Request& request, http::Context& context);

struct ConfirmLogoutRequest {
  std::optional<std::string> client_id;
  std::optional<std::string> post_logout_redirect_uri;
  std::optional<std::string> state;

  static constexpr http::FieldDoc docs[] = {
      {"client_id", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071")"},
      {"post_logout_redirect_uri", "One that the client registered.", R"("https://sailing.example/bye")"},
      {"state", "Comes back with it.", R"("af0ifjsldkj")"},
  };
};
BOOST_DESCRIBE_STRUCT(ConfirmLogoutRequest, (), (client_id, post_logout_redirect_uri, state))

struct ConfirmLogoutResponse {
  std::string continue_to;

  static constexpr http::FieldDoc docs[] = {
      {"continue_to", "Where the page goes then: to the client, or to our own.", R"("/signed-out")"},
  };
};
BOOST_DESCRIBE_STRUCT(ConfirmLogoutResponse, (), (continue_to))

/// `POST /oauth/logout/confirm`: the person wants it. Ends the browser's session, if there is one yet, and those of
/// clients that hang on it.
Result<ConfirmLogoutResponse> confirm_logout(Auth& auth, const ConfirmLogoutRequest& input, http::Context& context);

}  // namespace voyages::auth::oauth
