#include "app/receipts.h"

#include <gtest/gtest.h>

#include <atomic>

namespace voyages::app {
namespace {

using namespace std::chrono_literals;

/// Counts how often it was asked for more time.
class Asked final : public store::QueueConsumer {
 public:
  std::vector<store::Delivery> receive(const store::Wanted&, std::size_t, std::chrono::seconds) override { return {}; }
  bool extend(std::string_view receipt, std::chrono::seconds visibility) override {
    EXPECT_EQ(receipt, "receipt");
    EXPECT_EQ(visibility, 1s);
    if (++count == 1) throw std::runtime_error("the queue is away for a moment");
    return true;
  }
  bool acknowledge(std::string_view) override { return true; }
  bool release(std::string_view, std::chrono::seconds, std::string_view) override { return true; }
  bool wait_for_work(const store::Wanted&, std::chrono::milliseconds) override { return false; }

  std::atomic<int> count = 0;
};

TEST(Receipts, AskForMoreTimeWhileTheWorkGoesOn) {
  Asked queue;
  Logger log(LogLevel::off, -1);
  Receipts receipts(queue, log, 1s);
  receipts.hold("receipt", [&] {
    const auto give_up = std::chrono::steady_clock::now() + 30s;
    while (queue.count < 3 && std::chrono::steady_clock::now() < give_up) std::this_thread::sleep_for(10ms);
  });
  EXPECT_GE(queue.count, 3);  // a refusal has not ended it
  std::this_thread::sleep_for(50ms);
  const int after = queue.count;
  std::this_thread::sleep_for(800ms);
  EXPECT_EQ(queue.count, after);
}

TEST(Receipts, AskForNothingWhenTheWorkIsQuick) {
  Asked queue;
  Logger log(LogLevel::off, -1);
  Receipts receipts(queue, log, 1s);
  for (int i = 0; i < 100; ++i) receipts.hold("receipt", [] { std::this_thread::sleep_for(7ms); });
  EXPECT_EQ(queue.count, 0);
  EXPECT_THROW(receipts.hold("receipt", [] { throw std::runtime_error("failed"); }), std::runtime_error);
  std::this_thread::sleep_for(800ms);
  EXPECT_EQ(queue.count, 0);
}

}  // namespace
}  // namespace voyages::app
