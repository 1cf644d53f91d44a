#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/secret.h"

namespace voyages::aws {

/// What signs a request.
struct Credentials {
  std::string access_key_id{};
  Secret secret_access_key{};
  Secret session_token{};            // empty for a user's long-lived keys
  std::optional<Time> expires_at{};  // nothing: until they are replaced
};

/// The port to whoever gives out credentials. Thread-safe.
class CredentialsSource {
 public:
  virtual ~CredentialsSource() = default;
  /// Good for some minutes at least, renewed before they expire. Throws `Unavailable` with a sentence for the operator
  /// when there are none.
  virtual Credentials get() = 0;
  /// The service said that these have expired: the next `get` asks anew.
  virtual void expire() = 0;
};

}  // namespace voyages::aws
