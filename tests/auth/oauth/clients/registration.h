#pragma once

#include <boost/json.hpp>

#include "tests/auth/oauth/provider.h"

namespace voyages::tests {

/// A server where programs may register themselves.
inline app::Config open_to_clients() {
  auto config = Scenario::test_config();
  config.of<auth::AuthOptions>().client_registration = auth::ClientRegistration::open;
  return config;
}

/// What a program says of itself that asks for nothing special.
inline const boost::json::object app_metadata{{"client_name", "An app"},
                                              {"redirect_uris", boost::json::array{"http://127.0.0.1/callback"}},
                                              {"token_endpoint_auth_method", "none"}};

}  // namespace voyages::tests
