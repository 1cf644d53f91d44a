#pragma once

#include <thread>
#include <vector>

#include "app/engine.h"
#include "app/receipts.h"
#include "app/ticker.h"

namespace voyages::app {

/// How many workers each class of work has.
struct JobThreads {
  unsigned quick = 1;
  unsigned slow = 1;
};

/// What runs beside the server: workers that empty the queue, and the clock's ticks. Ends, after the work at hand,
/// when it is destroyed.
class Background {
 public:
  Background(Engine& engine, const JobThreads& threads);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  void start_workers(store::WorkClass work_class, unsigned count);
  void run_worker(const store::Wanted& wanted, const std::stop_token& stop);
  void work(const store::Delivery& delivery);

  Engine& engine_;
  Receipts receipts_;
  Ticker ticker_;
  std::vector<std::jthread> workers_;
};

}  // namespace voyages::app
