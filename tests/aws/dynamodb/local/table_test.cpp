#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "store/cursor.h"
#include "tests/aws/dynamodb/local/local_table.h"
#include "tests/support/manual_clock.h"

namespace voyages::aws::dynamodb::tests {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DynamodbTableTest : public testing::Test {
 protected:
  bool write(std::vector<store::Write> writes) { return table.write(writes).has_value(); }
  std::optional<store::Item> get(const std::string& sk) { return store::get(table, {"P", sk}); }
  void put_expired(const std::string& sk, store::Attributes attributes = {}) {
    store::Item item{{"P", sk}, std::move(attributes)};
    item.index = store::IndexKey{"G", sk};
    item.expires_at = clock.now();
    ASSERT_TRUE(write({store::Put{item}}));
  }

  voyages::tests::ManualClock clock;
  LocalTable local{clock};
  store::Table& table = local.table;
};

TEST_F(DynamodbTableTest, LosesNoWriteOfManyThreadsToOneItem) {
  constexpr int threads = 8;
  constexpr int rounds = 25;
  ASSERT_TRUE(write({store::Put{{{"P", "count"}, {{"n", 0}}}}}));
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < threads; ++i) {
      writers.emplace_back([&, i] {
        for (int round = 0; round < rounds; ++round) {
          // By comparing, as a use case does that reads before it writes; and with a witness in the same transaction.
          for (bool done = false; !done;) {
            const auto seen = get("count")->number("n");
            done =
                write({store::Update{
                           .key = {"P", "count"}, .set = {{"n", seen + 1}}, .conditions = {store::equals("n", seen)}},
                       store::Put{{{"W", std::to_string(i) + "-" + std::to_string(round)}}, {store::item_absent()}}});
          }
        }
      });
    }
  }
  EXPECT_EQ(get("count")->number("n"), threads * rounds);
  EXPECT_EQ(table.query({.pk = "W", .limit = 1000}).items.size(), threads * rounds);
}

TEST_F(DynamodbTableTest, CountsAnExpiredItemFromNothingThoughManyDo) {
  put_expired("count", {{"n", 1000}});
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 8; ++i) {
      writers.emplace_back([&] { EXPECT_TRUE(write({store::Update{.key = {"P", "count"}, .add = {{"n", 1}}}})); });
    }
  }
  EXPECT_EQ(get("count")->number("n"), 8);
}

TEST_F(DynamodbTableTest, BeginsAnExpiredItemFromNothingInAWriteOfMany) {
  put_expired("1", {{"n", 1000}, {"old", true}});
  put_expired("2", {{"n", 1000}});
  EXPECT_TRUE(
      write({store::Update{.key = {"P", "1"}, .add = {{"n", 1}}, .conditions = {store::absent("old")}},
             store::Update{.key = {"P", "2"}, .set = {{"n", 2}}}, store::Check{{"P", "3"}, {store::item_absent()}}}));
  EXPECT_EQ(get("1"), (store::Item{{"P", "1"}, {{"n", 1}}}));
  EXPECT_EQ(get("2"), (store::Item{{"P", "2"}, {{"n", 2}}}));
  put_expired("4", {{"n", 1}});
  const std::vector<store::Write> writes{
      store::Update{.key = {"P", "4"}, .set = {{"n", 2}}},
      store::Update{.key = {"P", "2"}, .set = {{"n", 3}}, .conditions = {store::equals("n", 3)}}};
  EXPECT_EQ(table.write(writes).error(), store::ConditionFailed{1});
  EXPECT_EQ(get("4"), std::nullopt);
}

TEST_F(DynamodbTableTest, SaysWhichOfAWriteIsInvalid) {
  ASSERT_TRUE(write({store::Put{{{"P", "1"}, {{"text", "t"}, {"n", 1}}}}}));
  EXPECT_THROW(write({store::Update{.key = {"P", "1"}, .add = {{"text", 1}}}}), store::InvalidWrite);
  EXPECT_THROW(write({store::Update{.key = {"P", "1"}, .add = {{"text", 1}}, .conditions = {store::equals("n", 1)}}}),
               store::InvalidWrite);
  // A condition that fails comes before what would be wrong if it held.
  EXPECT_FALSE(write({store::Update{.key = {"P", "1"}, .add = {{"text", 1}}, .conditions = {store::equals("n", 2)}}}));
  // Beyond 64 bits in both directions; DynamoDB would count on.
  const auto most = std::numeric_limits<std::int64_t>::max();
  ASSERT_TRUE(write({store::Put{{{"P", "2"}, {{"most", most}, {"least", -most}}}}}));
  EXPECT_THROW(write({store::Update{.key = {"P", "2"}, .add = {{"least", -2}}}}), store::InvalidWrite);
  EXPECT_TRUE(write({store::Update{.key = {"P", "2"}, .add = {{"least", -1}, {"most", 0}}}}));
  EXPECT_EQ(get("2")->number("least"), std::numeric_limits<std::int64_t>::min());
}

TEST_F(DynamodbTableTest, PagesThroughMoreThanAMegabyte) {
  const std::string text(300 * 1024, 'x');
  for (int i = 0; i < 12; ++i) {
    store::Item item{{"P", "S" + std::to_string(10 + i)}, {{"text", text}}};
    item.index = store::IndexKey{"G", "same"};
    ASSERT_TRUE(write({store::Put{item}}));
  }
  const auto page = table.query({.pk = "P", .limit = 10});
  ASSERT_EQ(page.items.size(), 10U);
  EXPECT_EQ(page.items.back().key.sk, "S19");
  const auto rest = table.query({.pk = "P", .limit = 10, .cursor = page.next_cursor});
  ASSERT_EQ(rest.items.size(), 2U);
  EXPECT_EQ(rest.items.back().key.sk, "S21");
  EXPECT_EQ(rest.next_cursor, "");
  const auto all = table.query({.source = store::Query::Source::index, .pk = "G", .newest_first = true, .limit = 12});
  EXPECT_EQ(all.items.size(), 12U);
  EXPECT_EQ(all.next_cursor, "");
}

TEST_F(DynamodbTableTest, FillsAPageAcrossWhatHasExpired) {
  for (int i = 0; i < 60; ++i) put_expired("A" + std::to_string(100 + i));
  ASSERT_TRUE(write({store::Put{{{"P", "B1"}}}, store::Put{{{"P", "B2"}}}}));
  const auto requests_before = local.requests("Query");
  const auto page = table.query({.pk = "P", .limit = 1});
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items.front().key.sk, "B1");
  EXPECT_LT(local.requests("Query") - requests_before, 8U);  // not one for each
  const auto next = table.query({.pk = "P", .limit = 1, .cursor = page.next_cursor});
  EXPECT_EQ(next.items.front().key.sk, "B2");
  EXPECT_EQ(next.next_cursor, "");
  EXPECT_TRUE(table.query({.source = store::Query::Source::index, .pk = "G"}).items.empty());
}

TEST_F(DynamodbTableTest, ReadsAHundredLargeItems) {
  const std::string text(64 * 1024, 'x');
  std::vector<store::Key> keys;
  for (int i = 0; i < 100; ++i) {
    keys.push_back({"P", std::to_string(i)});
    ASSERT_TRUE(write({store::Put{{keys.back(), {{"text", text}}}}}));
  }
  for (const auto consistency : {store::Consistency::eventual, store::Consistency::strong}) {
    const auto items = table.get(keys, consistency);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      ASSERT_TRUE(items[i].has_value());
      EXPECT_EQ(items[i]->key, keys[i]);
    }
  }
  EXPECT_TRUE(table.get({}, store::Consistency::strong).empty());
}

TEST_F(DynamodbTableTest, TakesBoundsThatNoSortKeyReaches) {
  const std::string longest(1024, 'm');
  ASSERT_TRUE(write({store::Put{{{"P", "a"}}}, store::Put{{{"P", longest}}}, store::Put{{{"P", "z"}}}}));
  const auto count = [&](const store::Query& query) { return table.query(query).items.size(); };
  EXPECT_EQ(count({.pk = "P", .sk_prefix = longest}), 1U);
  EXPECT_EQ(count({.pk = "P", .sk_prefix = longest + 'm'}), 0U);
  EXPECT_EQ(count({.pk = "P", .sk_from = longest + 'm'}), 1U);
  EXPECT_EQ(count({.pk = "P", .sk_to = longest + 'm'}), 2U);
  EXPECT_EQ(count({.pk = "P", .sk_from = longest, .sk_to = longest + 'm'}), 1U);
  EXPECT_EQ(count({.pk = "P", .sk_from = longest + 'm', .sk_to = "y"}), 0U);
  EXPECT_EQ(count({.pk = "P", .sk_from = "", .sk_to = ""}), 0U);
  EXPECT_EQ(count({.pk = "P", .sk_from = ""}), 3U);
  EXPECT_EQ(count({.pk = "P", .sk_from = "a", .sk_to = "a"}), 0U);
}

TEST_F(DynamodbTableTest, TakesOrRefusesAMadeUpCursor) {
  for (const auto* sk : {"A1", "A2"}) {
    store::Item item{{"P", sk}};
    item.index = store::IndexKey{"G", sk};
    ASSERT_TRUE(write({store::Put{item}}));
  }
  for (const auto source : {store::Query::Source::table, store::Query::Source::index}) {
    store::Query query{
        .source = source, .pk = source == store::Query::Source::table ? "P" : "G", .sk_from = "A", .sk_to = "B"};
    const auto from = [&](const store::Position& position) {
      query.cursor = to_cursor(query, position);
      return table.query(query).items.size();
    };
    const bool by_index = source == store::Query::Source::index;
    EXPECT_EQ(from({by_index ? "A1" : "", {"P", "A1"}}), 1U);
    EXPECT_EQ(from({by_index ? "A11" : "", {"P", "A11"}}), 1U);
    for (const auto& sk : {std::string(), std::string("A\xFF"), std::string(1025, 'A'), std::string("B")}) {
      EXPECT_THROW(from({by_index ? sk : "", {"P", by_index ? "A1" : sk}}), store::InvalidCursor) << sk;
    }
    for (const auto& pk : {std::string(), std::string("P\xFF"), std::string(2049, 'P')}) {
      EXPECT_THROW(from({by_index ? "A1" : "", {pk, "A1"}}), store::InvalidCursor) << pk;
    }
  }
  store::Query query{.pk = "P"};
  query.cursor = to_cursor(query, {"", {"Q", "A1"}});
  EXPECT_THROW(table.query(query), store::InvalidCursor);
}

TEST_F(DynamodbTableTest, NamesTheTableOfAnItemThatAnotherProgramWrote) {
  (void)local.call("PutItem", R"({"TableName":")" + local.name +
                                  R"(","Item":{"PK":{"S":"P"},"SK":{"S":"1"},"m":{"M":{"x":{"S":"secret"}}}}})");
  try {
    (void)get("1");
    FAIL() << "it was taken";
  } catch (const TableFault& fault) {
    EXPECT_EQ(fault.what(), "an item in the DynamoDB table " + local.name +
                                " was not written by this program: it has an attribute m that has a type that is not "
                                "used here");
  }
  EXPECT_THROW(table.query({.pk = "P"}), TableFault);
}

TEST_F(DynamodbTableTest, CountsWhatRequestsCost) {
  const auto read = [&](std::string_view operation) { return local.half_units(operation, "read"); };
  const auto written = [&](std::string_view operation) { return local.half_units(operation, "write"); };
  ASSERT_TRUE(write({store::Put{{{"P", "1"}}}}));
  EXPECT_EQ(written("PutItem"), 2U);
  store::Item indexed{{"P", "2"}};
  indexed.index = store::IndexKey{"G", "2"};
  ASSERT_TRUE(write({store::Put{indexed}}));
  EXPECT_EQ(written("PutItem"), 6U);
  // Of one part: for more of them, DynamoDB Local tells less than they would cost.
  ASSERT_TRUE(write({store::Update{.key = {"P", "1"}, .add = {{"n", 1}}}}));
  EXPECT_EQ(written("TransactWriteItems"), 4U);
  (void)store::get(table, {"P", "1"}, store::Consistency::eventual);
  EXPECT_EQ(read("GetItem"), 1U);
  (void)store::get(table, {"P", "1"}, store::Consistency::strong);
  EXPECT_EQ(read("GetItem"), 3U);
  const std::vector<store::Key> keys{{"P", "1"}, {"P", "2"}};
  (void)table.get(keys, store::Consistency::eventual);
  EXPECT_EQ(read("BatchGetItem"), 2U);
  (void)table.get(keys, store::Consistency::strong);
  EXPECT_EQ(read("TransactGetItems"), 8U);
  (void)table.query({.pk = "P"});
  EXPECT_EQ(read("Query"), 1U);
}

TEST_F(DynamodbTableTest, TakesOneRequestForEachVerb) {
  ASSERT_TRUE(write({store::Put{{{"P", "1"}, {{"n", 1}}}}}));
  EXPECT_TRUE(write({store::Check{{"P", "1"}, {store::item_exists()}}}));
  EXPECT_TRUE(write({store::Update{.key = {"P", "1"}, .set = {{"n", 2}}, .conditions = {store::equals("n", 1)}}}));
  EXPECT_TRUE(write({store::Update{.key = {"P", "1"}, .add = {{"n", 1}}}}));
  EXPECT_TRUE(write({store::Delete{{"P", "1"}}}));
  EXPECT_EQ(local.requests("PutItem"), 1U);
  EXPECT_EQ(local.requests("GetItem"), 1U);
  EXPECT_EQ(local.requests("UpdateItem"), 1U);
  EXPECT_EQ(local.requests("TransactWriteItems"), 1U);
  EXPECT_EQ(local.requests("DeleteItem"), 1U);
}

}  // namespace
}  // namespace voyages::aws::dynamodb::tests
