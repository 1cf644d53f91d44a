#include "store/pending.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/sqlite/database.h"
#include "store/sqlite/queue.h"
#include "store/sqlite/table.h"
#include "tests/store/forwarding_table.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class PendingTest : public testing::Test {
 protected:
  void record(const std::string& id, Time look_at) {
    Item item{{"WORK#" + id, "WORK"}};
    set_pending(item, "WAITING", id, look_at);
    const Write write = Put{std::move(item)};
    ASSERT_TRUE(table_.write({&write, 1}));
  }
  std::vector<std::string> queued() {
    const auto count = queue_lost(table_, queue_, "WAITING", clock_.now(), message_of);
    std::vector<std::string> ids;
    for (const auto& delivery : queue_.receive({}, 1000, 1min)) {
      ids.push_back(delivery.message.body);
      EXPECT_TRUE(queue_.acknowledge(delivery.receipt));
    }
    EXPECT_EQ(count, ids.size());
    return ids;
  }
  static NewMessage message_of(const Item& item) { return {"work", item.key.pk.substr(5)}; }

  tests::TemporaryDirectory directory_;
  tests::ManualClock clock_;
  sqlite::Database database_{directory_.path(), sqlite::Access::exclusive};
  sqlite::SqliteTable table_{database_, clock_};
  sqlite::SqliteQueue queue_{database_, clock_};
};

TEST_F(PendingTest, IsQueuedAgainOnceItsTimeHasComeAndAnHourLater) {
  record("b", clock_.now() + 2min);
  record("a", clock_.now() + 2min);
  record("c", clock_.now() + 10min);
  EXPECT_THAT(queued(), ElementsAre());
  clock_.advance(2min + 1ms);
  EXPECT_THAT(queued(), ElementsAre("a", "b"));
  EXPECT_THAT(queued(), ElementsAre());
  clock_.advance(1h + 1ms);
  EXPECT_THAT(queued(), ElementsAre("c", "a", "b"));
}

TEST_F(PendingTest, IsLeftAloneOnceAWorkerHasIt) {
  record("a", clock_.now());
  auto item = get(table_, {"WORK#a", "WORK"}).value();
  clear_pending(item);
  EXPECT_EQ(item, (Item{{"WORK#a", "WORK"}}));
  const Write write = Put{item};
  ASSERT_TRUE(table_.write({&write, 1}));
  clock_.advance(1h);
  EXPECT_THAT(queued(), ElementsAre());
}

TEST_F(PendingTest, StaysWithTheWorkerThatTakesItWhileItIsQueuedAgain) {
  record("a", clock_.now());
  record("b", clock_.now());
  clock_.advance(1ms);
  queue_lost(table_, queue_, "WAITING", clock_.now(), [&](const Item& item) {
    if (item.key.pk == "WORK#a") {
      auto taken = item;
      clear_pending(taken);
      const Write write = Put{taken};
      EXPECT_TRUE(table_.write({&write, 1}));
    }
    return message_of(item);
  });
  EXPECT_EQ(get(table_, {"WORK#a", "WORK"}), (Item{{"WORK#a", "WORK"}}));
  EXPECT_EQ(queue_.receive({}, 10, 1min).size(), 2U);
  EXPECT_THAT(queued(), ElementsAre());  // the other one moved on all the same
}

TEST_F(PendingTest, IsQueuedInFewCommitsHoweverMuchThereIs) {
  for (int i = 0; i < 250; ++i) record(std::to_string(i), clock_.now());
  clock_.advance(1ms);
  class CountingTable final : public voyages::tests::ForwardingTable {
   public:
    using ForwardingTable::ForwardingTable;
    std::expected<void, ConditionFailed> write(std::span<const Write> writes) override {
      ++count;
      return table_.write(writes);
    }
    int count = 0;
  };
  CountingTable counting(table_);
  EXPECT_EQ(queue_lost(counting, queue_, "WAITING", clock_.now(), message_of), 250U);
  EXPECT_EQ(counting.count, 3);
}

TEST(TryToQueue, KeepsTheFaultOfAQueueFromItsCaller) {
  Logger log(LogLevel::off, -1);
  EXPECT_NO_THROW(try_to_queue(log, "work", "a", [] { throw std::runtime_error("the queue is away"); }));
}

}  // namespace
}  // namespace voyages::store
