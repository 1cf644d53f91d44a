#include "store/dead_letters.h"

#include <gtest/gtest.h>

#include "base/uuid.h"
#include "store/sqlite/queue.h"
#include "store/sqlite/table.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::store::tests {
namespace {

using namespace std::chrono_literals;
using voyages::tests::ManualClock;
using voyages::tests::TemporaryDirectory;

class DeadLettersTest : public ::testing::Test {
 protected:
  void bury(std::string body, std::string_view reason = "refused") {
    letters.bury({.id = "m-" + body, .kind = "test.kind", .body = body, .attempt = 8, .enqueued_at = clock.now()},
                 reason, clock.now());
    clock.advance(1s);
  }
  std::vector<std::string> bodies(std::size_t limit = 100) {
    std::vector<std::string> found;
    for (const auto& letter : letters.list(limit).items) found.push_back(letter.message.body);
    return found;
  }

  ManualClock clock;
  TemporaryDirectory directory;
  sqlite::Database database{directory.path(), sqlite::Access::exclusive};
  sqlite::SqliteTable table{database, clock};
  sqlite::SqliteQueue queue{database, clock};
  DeadLetters letters{table, queue, 5};
};

TEST_F(DeadLettersTest, TellWhatFailedWhyAndWhen) {
  const auto died_at = clock.now();
  bury("x", "the client answered 500");
  const auto page = letters.list(10);
  ASSERT_EQ(page.items.size(), 1U);
  const auto& letter = page.items[0];
  EXPECT_TRUE(is_uuid7(letter.id));
  EXPECT_EQ(letter.message.id, "m-x");
  EXPECT_EQ(letter.message.kind, "test.kind");
  EXPECT_EQ(letter.message.body, "x");
  EXPECT_EQ(letter.message.attempt, 8U);
  EXPECT_EQ(letter.message.enqueued_at, died_at);
  EXPECT_EQ(letter.reason, "the client answered 500");
  EXPECT_EQ(letter.died_at, died_at);
  EXPECT_EQ(page.next_cursor, "");
}

TEST_F(DeadLettersTest, AreListedNewestFirstPageByPage) {
  for (const auto* body : {"1", "2", "3"}) bury(body);
  const auto first = letters.list(2);
  ASSERT_EQ(first.items.size(), 2U);
  EXPECT_EQ(first.items[0].message.body, "3");
  const auto second = letters.list(2, first.next_cursor);
  ASSERT_EQ(second.items.size(), 1U);
  EXPECT_EQ(second.items[0].message.body, "1");
  EXPECT_THROW(letters.list(2, "nonsense"), InvalidCursor);
}

TEST_F(DeadLettersTest, RunOnceMoreWithAllTheirTries) {
  bury("x");
  const auto id = letters.list(1).items.at(0).id;
  EXPECT_FALSE(letters.retry(new_uuid7(clock.now())));
  EXPECT_TRUE(letters.retry(id));
  EXPECT_FALSE(letters.retry(id));
  EXPECT_TRUE(bodies().empty());
  const auto deliveries = queue.receive({}, 10, 30s);
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].message.kind, "test.kind");
  EXPECT_EQ(deliveries[0].message.body, "x");
  EXPECT_EQ(deliveries[0].message.attempt, 1U);
}

TEST_F(DeadLettersTest, AreGivenUpUnqueued) {
  bury("x");
  const auto id = letters.list(1).items.at(0).id;
  EXPECT_TRUE(letters.discard(id));
  EXPECT_FALSE(letters.discard(id));
  EXPECT_FALSE(letters.retry(id));
  EXPECT_TRUE(bodies().empty());
  EXPECT_TRUE(queue.receive({}, 10, 30s).empty());
}

TEST_F(DeadLettersTest, StayWhenTheQueueDoesNotTakeThem) {
  letters.bury({.id = "1", .kind = "", .body = "of a stranger"}, "no service knows it", clock.now());
  EXPECT_THROW(letters.retry(letters.list(1).items.at(0).id), std::invalid_argument);
  EXPECT_EQ(bodies().size(), 1U);
}

TEST_F(DeadLettersTest, GoWhenTheyAreManyOrOld) {
  for (int i = 0; i < 7; ++i) bury(std::to_string(i));
  letters.trim();
  EXPECT_EQ(bodies(), (std::vector<std::string>{"6", "5", "4", "3", "2"}));
  for (int i = 0; i < 300; ++i) bury(std::to_string(i));
  EXPECT_LE(bodies(1000).size(), 5U + 32U);  // by itself
  clock.advance(24h * 30);
  EXPECT_TRUE(bodies().empty());
}

TEST_F(DeadLettersTest, TakeAnyReason) {
  bury("1", std::string(999, 'x') + "\xC3\xA9 is cut in two here");
  EXPECT_EQ(letters.list(1).items.at(0).reason, std::string(999, 'x'));
  bury("2", "\xFF");
  EXPECT_EQ(letters.list(1).items.at(0).reason, "a reason that is not UTF-8");
}

}  // namespace
}  // namespace voyages::store::tests
