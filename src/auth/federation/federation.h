#pragma once

#include "auth/auth.h"
#include "auth/federation/directory.h"
#include "auth/federation/upstream.h"

namespace voyages::auth::federation {

/// What the use cases of this folder work with. Wired once, in `app/`.
struct Federation {
  explicit Federation(Auth& services) : auth(services), upstream(services.outgoing), directory(upstream) {}
  Federation(const Federation&) = delete;
  Federation& operator=(const Federation&) = delete;

  Auth& auth;
  Upstream upstream;
  Directory directory;
};

}  // namespace voyages::auth::federation
