#include "app/ticks.h"

#include <gtest/gtest.h>

#include "app/ticker.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

part::Tick counting(const std::string& name, int& count) {
  return {.name = name, .run = [&count](Time) { ++count; }};
}

class TicksTest : public testing::Test {
 protected:
  std::vector<std::string> due(app::Ticks& ticks) {
    std::vector<std::string> names;
    for (const auto& each : ticks.list_due(scenario_.clock().now())) names.push_back(each.tick->name);
    return names;
  }
  bool run_all(app::Ticks& ticks) {
    bool succeeded = true;
    for (const auto& each : ticks.list_due(scenario_.clock().now())) {
      succeeded = ticks.run(each, scenario_.clock().now()) && succeeded;
    }
    return succeeded;
  }

  Scenario scenario_;
  Logger log_{LogLevel::off, -1};
};

TEST_F(TicksTest, RunOncePerIntervalForTwoProcesses) {
  int count = 0;
  app::Ticks one(scenario_.table(), log_, {counting("a", count)});
  app::Ticks other(scenario_.table(), log_, {counting("a", count)});
  const auto both_due = other.list_due(scenario_.clock().now());
  EXPECT_TRUE(run_all(one));
  EXPECT_TRUE(other.run(both_due.front(), scenario_.clock().now()));  // it looked before the first one had begun
  EXPECT_EQ(count, 1);
  scenario_.clock().advance(58s);  // what drives the ticks is not exact
  EXPECT_TRUE(run_all(other));
  EXPECT_EQ(count, 2);
}

TEST_F(TicksTest, LetTheOneThatHasWaitedLongestGoFirst) {
  int count = 0;
  app::Ticks ticks(scenario_.table(), log_, {counting("a", count), counting("b", count)});
  const auto waiting = ticks.list_due(scenario_.clock().now());
  EXPECT_TRUE(ticks.run(waiting.front(), scenario_.clock().now()));  // and then the time was over
  scenario_.clock().advance(1min);
  EXPECT_EQ(due(ticks), (std::vector<std::string>{"b", "a"}));
}

TEST_F(TicksTest, AreDueAgainAfterAFailureThatHoldsUpNoOther) {
  int count = 0;
  const part::Tick failing{.name = "a", .every = 1h, .run = [](Time) { throw std::runtime_error("broken"); }};
  app::Ticks ticks(scenario_.table(), log_, {failing, counting("b", count)});
  EXPECT_FALSE(run_all(ticks));
  EXPECT_EQ(count, 1);
  EXPECT_EQ(due(ticks), std::vector<std::string>{"a"});
}

TEST_F(TicksTest, RunAlthoughTheClockWasSetBack) {
  int count = 0;
  app::Ticks ticks(scenario_.table(), log_, {counting("a", count)});
  EXPECT_TRUE(ticks.run(ticks.list_due(scenario_.clock().now() + 24h).front(), scenario_.clock().now() + 24h));
  EXPECT_EQ(due(ticks), std::vector<std::string>{"a"});
}

// The slow one ends only when the other has run.
TEST(Ticker, LetsASlowTickHoldUpNoOther) {
  std::atomic<bool> other_ran = false;
  std::atomic<bool> slow_ended = false;
  std::vector<part::Part> parts(app::parts().begin(), app::parts().end());
  parts.push_back({.name = "slow", .open = [&](const part::House&) -> part::Service {
                     return {.ticks = {{.name = "0 slow",
                                        .run =
                                            [&](Time) {
                                              other_ran.wait(false);
                                              slow_ended = true;
                                            }},
                                       {.name = "1 other", .run = [&](Time) {
                                          other_ran = true;
                                          other_ran.notify_all();
                                        }}}};
                   }});
  Scenario scenario(Scenario::test_config(), parts);
  {
    const app::Ticker ticker(scenario.app());
    while (!slow_ended) std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(slow_ended);
}

}  // namespace
}  // namespace voyages::tests
