#pragma once

#include <chrono>
#include <thread>

#include "app/embedded.h"

namespace voyages::app {

/// What runs beside the server: a worker that empties the queue, and the clock's ticks. Ends, after the work at hand,
/// when it is destroyed.
class Background {
 public:
  explicit Background(Embedded& embedded);

 private:
  void run_worker(const std::stop_token& stop);
  void run_ticks(const std::stop_token& stop);
  void work(const store::Delivery& delivery);

  Embedded& embedded_;
  std::jthread ticker_;
  std::jthread worker_;
};

}  // namespace voyages::app
