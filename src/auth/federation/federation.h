#pragma once

#include "auth/auth.h"
#include "auth/federation/directory.h"
#include "auth/federation/upstream.h"
#include "base/log.h"
#include "http/client/client.h"

namespace voyages::auth::federation {

/// What the use cases of this folder work with. Wired once, in `app/`.
struct Federation {
  Federation(Auth& auth, Logger& log, http::client::Client& client)
      : auth(auth), log(log), upstream(client), directory(upstream) {}
  Federation(const Federation&) = delete;
  Federation& operator=(const Federation&) = delete;

  Auth& auth;
  Logger& log;
  Upstream upstream;
  Directory directory;
};

}  // namespace voyages::auth::federation
