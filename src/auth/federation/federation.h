#pragma once

#include <cstddef>

#include "auth/auth.h"
#include "auth/federation/directory.h"
#include "auth/federation/upstream.h"

namespace voyages::auth::federation {

/// What the use cases of this folder work with. Wired once, in `app/`.
struct Federation {
  /// `calls_per_provider`: requests that may wait for one provider at a time; one more fails at once.
  Federation(Auth& services, std::size_t calls_per_provider)
      : auth(services), upstream(services.outgoing, calls_per_provider), directory(upstream, calls_per_provider) {}
  Federation(const Federation&) = delete;
  Federation& operator=(const Federation&) = delete;

  Auth& auth;
  Upstream upstream;
  Directory directory;
};

}  // namespace voyages::auth::federation
