#pragma once

#include <atomic>
#include <list>
#include <thread>

#include "app/app.h"

namespace voyages::app {

/// Runs the ticks that are due, each on a thread of its own: one that is slow holds up none. Ends, after those that
/// run, when it is destroyed.
class Ticker {
 public:
  explicit Ticker(App& app);
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  /// Begins no more ticks.
  void stop_soon() { looking_.request_stop(); }

 private:
  struct Running {
    explicit Running(const part::Tick* begun) : tick(begun) {}

    const part::Tick* tick;
    std::atomic<bool> done = false;
    std::jthread thread{};
  };

  void look(const std::stop_token& stop);
  void begin_due();

  App& app_;
  std::list<Running> running_;  // the looking thread's alone, while it lives
  std::jthread looking_;
};

}  // namespace voyages::app
