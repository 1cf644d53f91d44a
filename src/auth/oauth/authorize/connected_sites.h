#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "auth/auth.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::auth::oauth {

/// A client that the user has allowed something, or that holds something of theirs without (`first_party`).
struct ConnectedSite {
  std::string client_id;
  std::string client_name;
  std::optional<std::string> client_uri;
  std::vector<std::string> scopes;
  Time granted_at;
  std::optional<Time> last_used_at;

  static constexpr http::FieldDoc docs[] = {
      {"client_name", "As it was when the user allowed it.", R"("Sailing club")"},
      {"granted_at", "When it was last allowed; of a site that need not ask, when the oldest of its sessions began."},
      {"last_used_at", "Of its sessions of this user; to about five minutes."},
  };
};
BOOST_DESCRIBE_STRUCT(ConnectedSite, (), (client_id, client_name, client_uri, scopes, granted_at, last_used_at))

struct ConnectedSites {
  std::vector<ConnectedSite> items;
};
BOOST_DESCRIBE_STRUCT(ConnectedSites, (), (items))

/// `GET /auth/consents`. What is left of clients that are gone is removed by the way.
Result<ConnectedSites> list_consents(Auth& auth, const http::Nothing& input, http::Context& context);

struct ConnectedSiteInput {
  http::Uuid client_id;
};
BOOST_DESCRIBE_STRUCT(ConnectedSiteInput, (), (client_id))

/// `DELETE /auth/consents/{client_id}`: forgets what was allowed, and ends all that the client holds of the user.
Result<void> revoke_consent(Auth& auth, const ConnectedSiteInput& input, http::Context& context);

}  // namespace voyages::auth::oauth
