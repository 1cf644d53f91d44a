#pragma once

#include <optional>

#include "aws/credentials.h"

namespace voyages::aws {

/// One place that may give out credentials.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  /// Nothing when this place is not set up to have any. Throws `Unavailable` with a sentence for the operator when it
  /// is, and yet has none.
  virtual std::optional<Credentials> load() = 0;
};

}  // namespace voyages::aws
