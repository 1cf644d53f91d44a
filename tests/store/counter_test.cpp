#include "store/counter.h"

#include <gtest/gtest.h>

#include "store/sqlite/database.h"
#include "store/sqlite/table.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::store {
namespace {

using namespace std::chrono_literals;

class CounterTest : public testing::Test {
 protected:
  std::expected<void, Time> count(std::int64_t limit = 3) {
    return count_below(table_, key_, {.limit = limit, .window = 1h}, clock_.now());
  }

  tests::TemporaryDirectory directory_;
  tests::ManualClock clock_;
  sqlite::Database database_{directory_.path(), sqlite::Access::exclusive};
  sqlite::SqliteTable table_{database_, clock_};
  Key key_{"RATE#somebody", "MAILS"};
};

TEST_F(CounterTest, RefusesWhatIsOverTheLimitUntilTheWindowOfTheFirstEnds) {
  const auto began = clock_.now();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(count());
    clock_.advance(10min);
  }
  const auto refused = count();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), began + 1h);
  EXPECT_EQ(counted(get(table_, key_)), 3);
  clock_.advance(30min);
  EXPECT_TRUE(count());
  EXPECT_EQ(counted(get(table_, key_)), 1);
}

TEST_F(CounterTest, PassesOneOfTwoThatHaveReadTheSameCount) {
  ASSERT_TRUE(count(2));
  const auto read = get(table_, key_);
  const Write write = count_one_below(key_, read, 2, window_end(read, 1h, clock_.now()));
  EXPECT_TRUE(table_.write({&write, 1}));
  EXPECT_FALSE(table_.write({&write, 1}));
  EXPECT_EQ(counted(get(table_, key_)), 2);
}

TEST_F(CounterTest, LetsOneAloneBeTheFirst) {
  const Write write = count_one_below(key_, std::nullopt, 1, clock_.now() + 1min);
  EXPECT_TRUE(table_.write({&write, 1}));
  EXPECT_FALSE(table_.write({&write, 1}));
  clock_.advance(61s);
  EXPECT_TRUE(table_.write({&write, 1}));
}

}  // namespace
}  // namespace voyages::store
