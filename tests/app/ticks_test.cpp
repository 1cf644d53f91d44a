#include "app/ticks.h"

#include <gtest/gtest.h>

#include <set>

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

/// An app of ticks alone that are never done in less than twenty seconds; the toys' and all others' are done at once.
class SlowTicks : public testing::Test {
 protected:
  SlowTicks() {
    parts_.push_back({.name = "slow", .open = [this](const part::House&) -> part::Service {
                        part::Service service;
                        for (const auto* name : {"slow 1", "slow 2", "slow 3"}) {
                          service.ticks.push_back({.name = name, .run = [this, name](Time) {
                                                     ran_.emplace_back(name);
                                                     scenario_->clock().advance(20s);
                                                   }});
                        }
                        return service;
                      }});
    scenario_.emplace(Scenario::test_config(), parts_);
    scenario_->app().tick();
    ran_.clear();
    scenario_->clock().advance(1min);
  }
  std::vector<std::string> ran_in(std::chrono::seconds budget) {
    ran_.clear();
    scenario_->app().tick(scenario_->clock().now() + budget);
    return ran_;
  }

  std::vector<part::Part> parts_{app::parts().begin(), app::parts().end()};
  std::vector<std::string> ran_;
  std::optional<Scenario> scenario_;
};

TEST_F(SlowTicks, StayDueWhenTheTimeIsUp) {
  EXPECT_EQ(ran_in(40s), (std::vector<std::string>{"slow 1", "slow 2"}));
  EXPECT_TRUE(scenario_->log_text().contains("time is running out: the other ticks stay due"));
  EXPECT_EQ(ran_in(20s).front(), "slow 3");
}

TEST_F(SlowTicks, AllHaveTheirTurnThoughThereIsNeverTimeForMoreThanOne) {
  std::set<std::string> met;
  for (int i = 0; i < 20; ++i) {
    const auto ran = ran_in(0s);
    EXPECT_LE(ran.size(), 1U);
    met.insert(ran.begin(), ran.end());
    scenario_->clock().advance(20s);
  }
  EXPECT_EQ(met.size(), 3U);
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
