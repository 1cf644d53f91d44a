#include "app/ticker.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace voyages::app {

namespace {

constexpr std::chrono::seconds look_interval{60};

}  // namespace

Ticker::Ticker(App& app) : app_(app), looking_([this](const std::stop_token& stop) { look(stop); }) {}

void Ticker::look(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  // At once, too: a process that is restarted every few seconds would never come to it otherwise.
  do {
    try {
      app_.keep_current();
      begin_due();
    } catch (const std::exception& exception) {
      app_.house().log.error("the ticks cannot begin", {{"error", exception.what()}});
    }
  } while (!stopped.wait_for(lock, stop, look_interval, [&] { return stop.stop_requested(); }));
}

void Ticker::begin_due() {
  std::erase_if(running_, [](const Running& each) { return each.done.load(); });
  for (const auto& due : app_.ticks().list_due(app_.house().clock.now())) {
    if (std::ranges::find(running_, due.tick, &Running::tick) != running_.end()) continue;
    auto& running = running_.emplace_back(due.tick);
    try {
      running.thread = std::jthread([this, &running, due] {
        app_.ticks().run(due, app_.house().clock.now());
        running.done = true;
      });
    } catch (...) {
      running_.pop_back();  // no thread: it is due still
      throw;
    }
  }
}

}  // namespace voyages::app
