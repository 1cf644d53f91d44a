#pragma once

#include <stdexcept>

namespace voyages::auth::federation {

/// A provider did not answer, or not as its specification has it. The text is for the log, never for people.
class UpstreamFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace voyages::auth::federation
