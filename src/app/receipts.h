#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/log.h"
#include "store/queue.h"

namespace voyages::app {

/// The receipts of the messages that workers are at: one thread asks the queue for more time for all of them, until the
/// work ends. So a message need not be hidden for as long as the longest work takes, and comes back soon when its
/// worker has died.
class Receipts {
 public:
  Receipts(store::QueueConsumer& consumer, Logger& log, std::chrono::seconds visibility);
  ~Receipts();
  Receipts(const Receipts&) = delete;
  Receipts& operator=(const Receipts&) = delete;

  [[nodiscard]] std::chrono::seconds visibility() const { return visibility_; }

  /// Runs `work`, while the message stays with its worker.
  template <class Work>
  void hold(const std::string& receipt, Work work) {
    const Held held(*this, receipt);
    work();
  }

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Entry {
    std::string receipt;
    Moment renewed;
  };
  class Held {
   public:
    Held(Receipts& receipts, const std::string& receipt);
    ~Held();
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    Receipts& receipts_;
    std::list<Entry>::iterator entry_;
  };

  void run(const std::stop_token& stop);
  std::vector<std::string> take_old();
  void extend(const std::string& receipt);
  bool is_held(std::string_view receipt);

  store::QueueConsumer& consumer_;
  Logger& log_;
  const std::chrono::seconds visibility_;
  const std::chrono::milliseconds step_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::list<Entry> entries_;
  std::jthread thread_;  // last, so that it ends before what it looks at
};

}  // namespace voyages::app
