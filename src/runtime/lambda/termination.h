#pragma once

#include <csignal>

namespace voyages::runtime::lambda {

/// Turns SIGTERM and SIGINT into a descriptor that a wait for the next event can watch besides its socket, so that no
/// thread is needed. To be made before any thread is, because each inherits what is blocked; undone when it goes.
class Termination {
 public:
  Termination();
  ~Termination();
  Termination(const Termination&) = delete;
  Termination& operator=(const Termination&) = delete;

  /// Readable from the first of these signals on.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  sigset_t before_{};
  int descriptor_ = -1;
};

}  // namespace voyages::runtime::lambda
