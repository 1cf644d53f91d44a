#pragma once

#include <optional>
#include <string_view>

#include "aws/credentials.h"

namespace voyages::aws {

/// One place that may give out credentials.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  /// As people call the place: "the environment".
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Nothing when this place is not set up to have any. Throws `Unavailable` with a sentence for the operator when it
  /// is, and yet has none.
  virtual std::optional<Credentials> load() = 0;
};

}  // namespace voyages::aws
