#pragma once

namespace voyages::aws::dynamodb {

/// Waits between tries, longer each time and for a random part of that ("full jitter"), so that those who got into each
/// other's way do not meet again.
class Backoff {
 public:
  /// Waits, and returns true; false, at once, when all tries are used up.
  bool again();

 private:
  unsigned tries_ = 1;
};

}  // namespace voyages::aws::dynamodb
