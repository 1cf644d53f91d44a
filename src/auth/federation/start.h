#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "auth/federation/federation.h"
#include "auth/federation/provider.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/context.h"
#include "http/message.h"
#include "http/types.h"

namespace voyages::auth::federation {

struct StartRequest {
  ProviderId provider;
  std::optional<std::string> return_to;
  std::optional<bool> link;

  static constexpr http::FieldDoc docs[] = {
      {"return_to", "A path on this server to go to afterwards; anything else is taken for `/account`.",
       R"("/account")"},
      {"link", "Link the identity to the signed-in account, instead of signing in with it."},
  };
};
BOOST_DESCRIBE_STRUCT(StartRequest, (), (provider, return_to, link))

struct StartResponse {
  std::string authorization_url;

  static constexpr http::FieldDoc docs[] = {
      {"authorization_url", "Navigate the browser there.", R"("https://accounts.google.com/o/oauth2/v2/auth?…")"}};
};
BOOST_DESCRIBE_STRUCT(StartResponse, (), (authorization_url))

/// The browser that somebody signs in with.
struct Browser {
  Secret secret;
  bool signed_in;  // then signing in once more is to prove who sits there now
};

/// `POST /auth/federation/{provider}`
Result<StartResponse> start_federation(Federation& federation, const StartRequest& input, const Browser& browser,
                                       http::Context& context);

}  // namespace voyages::auth::federation
