#pragma once

#include <chrono>
#include <thread>
#include <vector>

#include "app/engine.h"
#include "app/ticker.h"

namespace voyages::app {

/// What runs beside the server: workers that empty the queue, and the clock's ticks. Ends, after the work at hand,
/// when it is destroyed.
class Background {
 public:
  Background(Engine& engine, unsigned job_threads);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  void run_worker(const std::stop_token& stop);
  void work(const store::Delivery& delivery);

  Engine& engine_;
  std::chrono::seconds visibility_;
  Ticker ticker_;
  std::vector<std::jthread> workers_;
};

}  // namespace voyages::app
