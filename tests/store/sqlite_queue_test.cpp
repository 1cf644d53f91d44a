#include <gtest/gtest.h>

#include <fstream>

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

  QueuePorts make(const Clock& clock) {
    auto& queue = queue_.emplace(database_, clock);
    return {queue, queue};
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
  SqliteQueue queue{database, clock};
};

TEST_F(SqliteQueueTest, CountsItsMessages) {
  EXPECT_EQ(queue.depth(), QueueDepth{});
  queue.send("k", "ready");
  queue.send("k", "in flight");
  queue.send("k", "delayed", {.delay = std::chrono::seconds{5}});
  EXPECT_EQ(queue.depth(), (QueueDepth{2, 1}));
  EXPECT_EQ(queue.receive({}, 1, std::chrono::seconds{30}).size(), 1U);
  EXPECT_EQ(queue.depth(), (QueueDepth{1, 2}));
}

TEST_F(SqliteQueueTest, ReturnsWhatADeadProcessHadReceived) {
  SqliteQueue patient(database, clock);
  patient.send("test.kind", "received");
  const auto first = patient.receive({}, 1, std::chrono::seconds{150});
  patient.send("test.kind", "delayed", {.delay = std::chrono::seconds{60}});
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(patient.return_unfinished(), 1U);
  EXPECT_EQ(patient.return_unfinished(), 0U);
  EXPECT_FALSE(patient.acknowledge(first[0].receipt));
  const auto again = patient.receive({}, 10, std::chrono::seconds{150});
  ASSERT_EQ(again.size(), 1U);  // the delayed one still waits
  EXPECT_EQ(again[0].message.body, "received");
  EXPECT_EQ(again[0].message.attempt, 2U);
}

TEST(SqliteQueueMigration, KeepsMessagesAndDeadLettersOfTheFirstSchema) {
  const TemporaryDirectory directory;
  const ManualClock clock;
  {
    std::ofstream(directory.path() / "voyages.db");
    sqlite::Connection old(directory.path() / "voyages.db", sqlite::Connection::Mode::read_write);
    old.execute(R"(
CREATE TABLE messages(
  sequence INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind BLOB NOT NULL, body BLOB NOT NULL,
  attempts INTEGER NOT NULL, enqueued_at_ms INTEGER NOT NULL, due_at_ms INTEGER NOT NULL, receipt BLOB);
CREATE INDEX messages_by_due ON messages(due_at_ms);
CREATE TABLE dead_letters(
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, kind BLOB NOT NULL, body BLOB NOT NULL,
  attempts INTEGER NOT NULL, enqueued_at_ms INTEGER NOT NULL, reason BLOB NOT NULL, died_at_ms INTEGER NOT NULL);
INSERT INTO messages VALUES(7, x'31', x'6b', x'78', 2, 1000, 3000, NULL);
INSERT INTO dead_letters VALUES(1, x'32', x'6b', x'79', 8, 1000, x'6e6f', 2000);
PRAGMA application_id=1450146145; PRAGMA user_version=1)");
  }
  Database database(directory.path(), Access::exclusive);
  const auto deliveries = SqliteQueue(database, clock).receive({}, 10, std::chrono::seconds{30});
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_EQ(deliveries[0].message.id, "2");
  EXPECT_EQ(deliveries[0].message.body, "y");
  EXPECT_EQ(deliveries[0].message.attempt, 9U);  // one more than the last
  EXPECT_EQ(deliveries[0].message.last_failure, "no");
  EXPECT_EQ(deliveries[1].message.id, "1");
  EXPECT_EQ(deliveries[1].message.attempt, 3U);
}

TEST_F(SqliteQueueTest, WakesAWaitingWorker) {
  EXPECT_FALSE(queue.wait_for_work({}, std::chrono::milliseconds{1}));
  std::jthread worker([&] { EXPECT_TRUE(queue.wait_for_work({}, std::chrono::minutes{1})); });
  queue.send("k", "x");
  worker.join();  // long before its minute is over, or the suite's own time limit ends it
  EXPECT_TRUE(queue.wait_for_work({}, std::chrono::minutes{1}));
}

TEST_F(SqliteQueueTest, SeesTheMessagesOfAnotherProcess) {
  Database other(directory.path(), Access::shared);
  SqliteQueue(other, clock).send("k", "x");
  EXPECT_TRUE(queue.wait_for_work({}, std::chrono::milliseconds{0}));
  EXPECT_EQ(queue.receive({}, 10, std::chrono::seconds{30}).size(), 1U);
}

}  // namespace
}  // namespace voyages::store::tests
