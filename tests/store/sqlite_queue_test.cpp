#include <gtest/gtest.h>

#include "store/sqlite/queue.h"
#include "tests/store/exact_queue_contract.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::store::tests {

namespace {

using sqlite::Access;
using sqlite::Database;
using sqlite::QueueDepth;
using sqlite::SqliteQueue;
using voyages::tests::ManualClock;
using voyages::tests::TemporaryDirectory;

class SqliteQueueFactory {
 public:
  using TestClock = ManualClock;
  static constexpr std::chrono::milliseconds clock_error{0};
  static constexpr std::chrono::milliseconds time_step{1};
  static constexpr std::chrono::seconds visibility{30};
  static constexpr std::chrono::seconds delay{10};

  QueuePorts make(const Clock& clock, std::uint32_t max_attempts) {
    auto& queue = queue_.emplace(database_, clock, max_attempts);
    return {queue, queue};
  }
  DeadLetters& dead_letters() { return *queue_; }
  std::vector<std::string> dead_bodies() {
    std::vector<std::string> bodies;
    for (const auto& letter : queue_->list(10)) bodies.push_back(letter.message.body);
    return bodies;
  }

 private:
  TemporaryDirectory directory_;
  Database database_{directory_.path(), Access::exclusive};
  std::optional<SqliteQueue> queue_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, QueueContract, SqliteQueueFactory);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, ExactQueueContract, SqliteQueueFactory);

namespace {

class SqliteQueueTest : public ::testing::Test {
 protected:
  ManualClock clock;
  TemporaryDirectory directory;
  Database database{directory.path(), Access::exclusive};
  SqliteQueue queue{database, clock, 1};
};

TEST_F(SqliteQueueTest, CountsItsMessages) {
  EXPECT_EQ(queue.depth(), QueueDepth{});
  queue.send("k", "ready");
  queue.send("k", "in flight");
  queue.send("k", "delayed", std::chrono::seconds{5});
  EXPECT_EQ(queue.depth(), (QueueDepth{2, 1, 0}));
  const auto delivery = queue.receive(1, std::chrono::seconds{30}).at(0);
  EXPECT_EQ(queue.depth(), (QueueDepth{1, 2, 0}));
  queue.release(delivery.receipt, {}, "no");
  EXPECT_EQ(queue.depth(), (QueueDepth{1, 1, 1}));
}

TEST_F(SqliteQueueTest, ReturnsWhatADeadProcessHadReceived) {
  SqliteQueue patient(database, clock, 3);
  patient.send("test.kind", "received");
  const auto first = patient.receive(1, std::chrono::seconds{150});
  patient.send("test.kind", "delayed", std::chrono::seconds{60});
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(patient.return_unfinished(), 1U);
  EXPECT_EQ(patient.return_unfinished(), 0U);
  EXPECT_FALSE(patient.acknowledge(first[0].receipt));
  const auto again = patient.receive(10, std::chrono::seconds{150});
  ASSERT_EQ(again.size(), 1U);  // the delayed one still waits
  EXPECT_EQ(again[0].message.body, "received");
  EXPECT_EQ(again[0].message.attempt, 2U);
}

TEST_F(SqliteQueueTest, WakesAWaitingWorker) {
  EXPECT_FALSE(queue.wait_for_work(std::chrono::milliseconds{1}));
  std::jthread worker([&] { EXPECT_TRUE(queue.wait_for_work(std::chrono::minutes{1})); });
  queue.send("k", "x");
  worker.join();  // long before its minute is over, or the suite's own time limit ends it
  EXPECT_TRUE(queue.wait_for_work(std::chrono::minutes{1}));
}

TEST_F(SqliteQueueTest, SeesTheMessagesOfAnotherProcess) {
  Database other(directory.path(), Access::shared);
  SqliteQueue(other, clock).send("k", "x");
  EXPECT_TRUE(queue.wait_for_work(std::chrono::milliseconds{0}));
  EXPECT_EQ(queue.receive(10, std::chrono::seconds{30}).size(), 1U);
}

}  // namespace
}  // namespace voyages::store::tests
