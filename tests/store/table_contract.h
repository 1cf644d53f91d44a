#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "store/table.h"
#include "tests/support/manual_clock.h"

namespace voyages::store::tests {

using voyages::tests::ManualClock;

/// What every adapter of `Table` does. `Factory` is default-constructible; its `make(const Clock&)` returns a
/// `Table&` on an empty table, which lives as long as the factory.
template <class Factory>
class TableContract : public ::testing::Test {
 protected:
  static Item item(std::string pk, std::string sk, Attributes attributes = {}) {
    return {{std::move(pk), std::move(sk)}, std::move(attributes)};
  }
  bool write(std::vector<Write> writes) { return table.write(writes).has_value(); }
  std::optional<Item> get(const std::string& pk, const std::string& sk) { return store::get(table, {pk, sk}); }
  Time in_seconds(int seconds) { return clock.now() + std::chrono::seconds{seconds}; }

  /// Every page of the query, and no item twice.
  std::vector<std::string> all_sort_keys(Query query) {
    std::vector<std::string> keys;
    for (int pages = 0; pages < 1000; ++pages) {
      auto page = table.query(query);
      EXPECT_LE(page.items.size(), query.limit);
      for (const auto& found : page.items) keys.push_back(found.key.sk);
      if (page.next_cursor.empty()) return keys;
      query.cursor = page.next_cursor;
    }
    ADD_FAILURE() << "the pages never end";
    return keys;
  }

  /// Whether a write under the condition happens, tried on an item of its own kind.
  bool holds(const std::string& sk, Condition condition) { return write({Check{{"P", sk}, {std::move(condition)}}}); }

  ManualClock clock;
  Factory factory;
  Table& table = factory.make(clock);
};

TYPED_TEST_SUITE_P(TableContract);

using Texts = std::vector<std::string>;

TYPED_TEST_P(TableContract, ReturnsWhatWasPut) {
  Item put = this->item("P", "S", {{"name", "Ada"}, {"age", 36}, {"admin", true}, {"roles", Texts{"owner", "user"}}});
  put.index = IndexKey{"G", "1"};
  put.expires_at = this->in_seconds(10);
  ASSERT_TRUE(this->write({Put{put}}));
  EXPECT_EQ(this->get("P", "S"), put);
  EXPECT_EQ(this->get("P", "T"), std::nullopt);
}

TYPED_TEST_P(TableContract, ReplacesTheWholeItem) {
  Item first = this->item("P", "S", {{"a", 1}});
  first.index = IndexKey{"G", "1"};
  ASSERT_TRUE(this->write({Put{first}}));
  ASSERT_TRUE(this->write({Put{this->item("P", "S", {{"b", 2}})}}));
  EXPECT_EQ(this->get("P", "S"), this->item("P", "S", {{"b", 2}}));
  EXPECT_TRUE(this->table.query({.source = Query::Source::index, .pk = "G"}).items.empty());
}

TYPED_TEST_P(TableContract, KeepsOddValues) {
  const Item odd = this->item(std::string("P\0#", 3), "\xF0\x9F\x9A\x80",
                              {{"empty", ""},
                               {"nul", std::string("a\0b", 3)},
                               {"least", std::numeric_limits<std::int64_t>::min()},
                               {"most", std::numeric_limits<std::int64_t>::max()},
                               {"minus", -1},
                               {"no", false},
                               {"rocket \xF0\x9F\x9A\x80", "\xF0\x9F\x9A\x80"},
                               {"none", Texts{}},
                               {"some", Texts{"", std::string("\0", 1), "x"}},
                               {"raw", Bytes{std::string("\xFF\x00\x80", 3)}},
                               {"raw empty", Bytes{}}});
  ASSERT_TRUE(this->write({Put{odd}}));
  EXPECT_EQ(store::get(this->table, odd.key), odd);
}

TYPED_TEST_P(TableContract, ReturnsManyKeysInTheirOrder) {
  for (const auto* sk : {"1", "2", "3"}) ASSERT_TRUE(this->write({Put{this->item("P", sk)}}));
  const std::vector<Key> keys{{"P", "3"}, {"P", "absent"}, {"P", "1"}, {"P", "3"}};
  const auto items = this->table.get(keys, Consistency::strong);
  ASSERT_EQ(items.size(), 4U);
  EXPECT_EQ(items[0], this->item("P", "3"));
  EXPECT_EQ(items[1], std::nullopt);
  EXPECT_EQ(items[2], this->item("P", "1"));
  EXPECT_EQ(items[3], this->item("P", "3"));
}

TYPED_TEST_P(TableContract, ChecksItemConditions) {
  Item expired = this->item("P", "expired");
  expired.expires_at = this->in_seconds(0);
  ASSERT_TRUE(this->write({Put{this->item("P", "present")}, Put{expired}}));
  EXPECT_TRUE(this->holds("present", item_exists()));
  EXPECT_FALSE(this->holds("absent", item_exists()));
  EXPECT_FALSE(this->holds("expired", item_exists()));
  EXPECT_FALSE(this->holds("present", item_absent()));
  EXPECT_TRUE(this->holds("absent", item_absent()));
  EXPECT_TRUE(this->holds("expired", item_absent()));
}

TYPED_TEST_P(TableContract, ChecksAttributeConditions) {
  Item expired = this->item("P", "expired", {{"n", 5}});
  expired.expires_at = this->in_seconds(0);
  ASSERT_TRUE(this->write({Put{this->item("P", "present", {{"n", 5}, {"t", "5"}, {"b", Bytes{"5"}}})}, Put{expired}}));
  EXPECT_TRUE(this->holds("present", equals("n", 5)));
  EXPECT_TRUE(this->holds("present", equals("t", "5")));
  EXPECT_TRUE(this->holds("present", equals("b", Bytes{"5"})));
  EXPECT_FALSE(this->holds("present", equals("t", Bytes{"5"})));  // another type is another value
  EXPECT_FALSE(this->holds("present", equals("n", 6)));
  EXPECT_FALSE(this->holds("present", equals("x", 5)));
  EXPECT_FALSE(this->holds("absent", equals("n", 5)));
  EXPECT_FALSE(this->holds("expired", equals("n", 5)));

  EXPECT_TRUE(this->holds("present", absent("x")));
  EXPECT_FALSE(this->holds("present", absent("n")));
  EXPECT_TRUE(this->holds("absent", absent("n")));
  EXPECT_TRUE(this->holds("expired", absent("n")));

  EXPECT_TRUE(this->holds("present", less("n", 6)));
  EXPECT_FALSE(this->holds("present", less("n", 5)));
  EXPECT_FALSE(this->holds("present", less("t", 6)));
  EXPECT_FALSE(this->holds("present", less("x", 6)));
  EXPECT_FALSE(this->holds("absent", less("n", 6)));
  EXPECT_FALSE(this->holds("expired", less("n", 6)));
}

TYPED_TEST_P(TableContract, WritesAllOrNothingAndNamesTheFirstFailure) {
  ASSERT_TRUE(this->write({Put{this->item("P", "1", {{"n", 1}})}, Put{this->item("P", "2", {{"n", 1}})}}));
  const std::vector<Write> writes{Put{this->item("P", "1", {{"n", 2}})}, Delete{{"P", "2"}},
                                  Check{{"P", "3"}, {item_exists()}}, Put{this->item("P", "4"), {item_exists()}}};
  const auto outcome = this->table.write(writes);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error(), ConditionFailed{2});
  EXPECT_EQ(this->get("P", "1")->number("n"), 1);
  EXPECT_TRUE(this->get("P", "2").has_value());
  EXPECT_FALSE(this->get("P", "4").has_value());
}

TYPED_TEST_P(TableContract, NeedsEveryConditionOfAWrite) {
  ASSERT_TRUE(this->write({Put{this->item("P", "1", {{"n", 1}, {"m", 1}})}}));
  EXPECT_FALSE(this->write({Delete{{"P", "1"}, {equals("n", 1), equals("m", 2)}}}));
  EXPECT_TRUE(this->get("P", "1").has_value());
  EXPECT_TRUE(this->write({Delete{{"P", "1"}, {equals("n", 1), equals("m", 1)}}}));
  EXPECT_FALSE(this->get("P", "1").has_value());
}

TYPED_TEST_P(TableContract, DeletesWhatIsNotThere) { EXPECT_TRUE(this->write({Delete{{"P", "absent"}}})); }

TYPED_TEST_P(TableContract, UpdatesSomeAttributesAndLeavesTheRest) {
  Item first = this->item("P", "S", {{"keep", "k"}, {"change", 1}, {"drop", "d"}, {"count", 40}});
  first.index = IndexKey{"G", "1"};
  first.expires_at = this->in_seconds(100);
  ASSERT_TRUE(this->write({Put{first}}));
  ASSERT_TRUE(this->write({Update{.key = first.key,
                                  .set = {{"change", "now text"}},
                                  .add = {{"count", 2}, {"fresh", -3}},
                                  .remove = {"drop", "never there"}}}));
  Item expected = first;
  expected.attributes = {{"keep", "k"}, {"change", "now text"}, {"count", 42}, {"fresh", -3}};
  EXPECT_EQ(this->get("P", "S"), expected);
  ASSERT_TRUE(
      this->write({Update{.key = first.key, .index = IndexKey{"H", "2"}, .expires_at = this->in_seconds(200)}}));
  expected.index = IndexKey{"H", "2"};
  expected.expires_at = this->in_seconds(200);
  EXPECT_EQ(this->get("P", "S"), expected);
}

TYPED_TEST_P(TableContract, UpdateCreatesAnAbsentItemUnlessToldNotTo) {
  EXPECT_FALSE(this->write({Update{.key = {"P", "S"}, .set = {{"a", 1}}, .conditions = {item_exists()}}}));
  EXPECT_EQ(this->get("P", "S"), std::nullopt);
  EXPECT_TRUE(this->write({Update{.key = {"P", "S"}, .set = {{"a", 1}}, .add = {{"n", 7}}}}));
  EXPECT_EQ(this->get("P", "S"), this->item("P", "S", {{"a", 1}, {"n", 7}}));
}

TYPED_TEST_P(TableContract, RefusesToAddToWhatIsNoNumberAndLeavesTheRestUndone) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  ASSERT_TRUE(this->write({Put{this->item("P", "S", {{"t", "text"}, {"most", most}})}}));
  EXPECT_THROW(this->write({Put{this->item("P", "other")}, Update{.key = {"P", "S"}, .add = {{"t", 1}}}}),
               InvalidWrite);
  EXPECT_THROW(this->write({Update{.key = {"P", "S"}, .add = {{"most", 1}}}}), InvalidWrite);
  EXPECT_EQ(this->get("P", "other"), std::nullopt);
  EXPECT_EQ(this->get("P", "S")->number("most"), most);
}

TYPED_TEST_P(TableContract, NeverReturnsAnExpiredItem) {
  Item put = this->item("P", "S");
  put.index = IndexKey{"G", "1"};
  put.expires_at = this->in_seconds(10);
  ASSERT_TRUE(this->write({Put{put}}));
  this->clock.advance(std::chrono::milliseconds{9'999});
  EXPECT_TRUE(this->get("P", "S").has_value());
  EXPECT_EQ(this->table.query({.source = Query::Source::index, .pk = "G"}).items.size(), 1U);
  this->clock.advance(std::chrono::milliseconds{1});
  EXPECT_FALSE(this->get("P", "S").has_value());
  EXPECT_TRUE(this->table.query({.pk = "P"}).items.empty());
  EXPECT_TRUE(this->table.query({.source = Query::Source::index, .pk = "G"}).items.empty());
  EXPECT_TRUE(this->write({Put{this->item("P", "S", {{"new", true}}), {item_absent()}}}));
  EXPECT_EQ(this->get("P", "S"), this->item("P", "S", {{"new", true}}));
}

TYPED_TEST_P(TableContract, UpdateOfAnExpiredItemBeginsFromNothing) {
  Item put = this->item("P", "S", {{"count", 5}, {"old", true}});
  put.expires_at = this->in_seconds(10);
  ASSERT_TRUE(this->write({Put{put}}));
  this->clock.advance(std::chrono::seconds{10});
  ASSERT_TRUE(this->write({Update{.key = put.key, .add = {{"count", 1}}}}));
  EXPECT_EQ(this->get("P", "S"), this->item("P", "S", {{"count", 1}}));
}

TYPED_TEST_P(TableContract, TakesAnItemOf400KbAndNotAByteMore) {
  Item largest = this->item("P", "S", {{"a", ""}});
  const auto room = (400U * 1024U) - item_size(largest);
  largest.attributes["a"] = std::string(room, 'x');
  ASSERT_EQ(item_size(largest), 400U * 1024U);
  EXPECT_TRUE(this->write({Put{largest}}));
  EXPECT_EQ(this->get("P", "S"), largest);
  EXPECT_THROW(this->write({Update{.key = largest.key, .set = {{"b", ""}}}}), InvalidWrite);
  EXPECT_EQ(this->get("P", "S"), largest);
  largest.attributes["a"] = std::string(room + 1, 'x');
  EXPECT_THROW(this->write({Put{largest}}), InvalidWrite);
}

TYPED_TEST_P(TableContract, TakesAHundredWritesAndNotOneMore) {
  std::vector<Write> writes;
  for (int i = 0; i < 100; ++i) writes.push_back(Put{this->item("P", std::to_string(i))});
  EXPECT_TRUE(this->write(writes));
  EXPECT_EQ(this->all_sort_keys({.pk = "P", .limit = 1000}).size(), 100U);
  writes.push_back(Put{this->item("P", "100")});
  EXPECT_THROW(this->write(writes), InvalidWrite);
  EXPECT_THROW(this->write({}), InvalidWrite);
}

TYPED_TEST_P(TableContract, RefusesWhatNoAdapterTakes) {
  EXPECT_THROW(this->write({Put{this->item("P", "S")}, Delete{{"P", "S"}}}), InvalidWrite);
  EXPECT_THROW(this->write({Put{this->item("", "S")}}), InvalidWrite);
  EXPECT_THROW(this->write({Put{this->item("P", "")}}), InvalidWrite);
  EXPECT_THROW(this->write({Put{this->item(std::string(2049, 'p'), "S")}}), InvalidWrite);
  EXPECT_THROW(this->write({Put{this->item("P", std::string(1025, 's'))}}), InvalidWrite);
  EXPECT_NO_THROW(this->write({Put{this->item(std::string(2048, 'p'), std::string(1024, 's'))}}));
  EXPECT_THROW(this->write({Put{this->item("P\xFF", "S")}}), InvalidWrite);
  EXPECT_THROW(this->write({Put{this->item("P", "S", {{"t", "\xC0\xAF"}})}}), InvalidWrite);
  EXPECT_THROW(this->write({Put{this->item("P", "S", {{"l", Texts{"ok", "\xFF"}}})}}), InvalidWrite);
  EXPECT_THROW(this->write({Put{this->item("P", "S", {{"", 1}})}}), InvalidWrite);
  EXPECT_THROW(this->write({Put{this->item("P", "S", {{"expires_at", 1}})}}), InvalidWrite);
  EXPECT_THROW(this->write({Update{.key = {"P", "S"}, .set = {{"a", 1}}, .remove = {"a"}}}), InvalidWrite);
  EXPECT_THROW(this->write({Check{{"P", "S"}, {}}}), InvalidWrite);
  EXPECT_THROW(this->write({Check{{"P", "S"}, {{Condition::Kind::attribute_less, "n", "5"}}}}), InvalidWrite);
  EXPECT_THROW(this->table.query({.pk = ""}), std::invalid_argument);
  EXPECT_THROW(this->table.query({.pk = "P", .limit = 0}), std::invalid_argument);
  EXPECT_THROW(this->table.query({.pk = "P", .limit = 1001}), std::invalid_argument);
  EXPECT_THROW(this->table.query({.pk = "P", .sk_prefix = "a", .sk_from = "a"}), std::invalid_argument);
  EXPECT_THROW(this->table.get(std::vector<Key>(101, Key{"P", "S"}), Consistency::strong), std::invalid_argument);
  EXPECT_EQ(this->get("P", "S"), std::nullopt);
}

constexpr int racing_threads = 8;

template <class Work>
void race(Work work) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < racing_threads; ++i) threads.emplace_back([&work, i] { work(i); });
}

TYPED_TEST_P(TableContract, CountsEveryConcurrentAdd) {
  race([&](int) {
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(this->write({Update{.key = {"P", "S"}, .add = {{"n", 1}}}}));
  });
  EXPECT_EQ(this->get("P", "S")->number("n"), racing_threads * 50);
}

TYPED_TEST_P(TableContract, LetsExactlyOneOfManyCreateAnItem) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> winners = 0;
    race([&](int i) {
      const auto put = this->item("P", std::to_string(round), {{"winner", i}});
      winners += this->write({Put{put, {item_absent()}}}) ? 1 : 0;
    });
    EXPECT_EQ(winners, 1);
  }
}

TYPED_TEST_P(TableContract, ShowsAllOfAWriteOrNothingOfIt) {
  const std::vector<Key> accounts{{"A", "1"}, {"B", "2"}};
  ASSERT_TRUE(this->write({Put{{accounts[0], {{"n", 1000}}}}, Put{{accounts[1], {{"n", 1000}}}}}));
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    while (!done) {
      const auto items = this->table.get(accounts, Consistency::strong);
      EXPECT_EQ(items[0]->number("n") + items[1]->number("n"), 2000);
    }
  });
  race([&](int i) {
    for (int n = 0; n < 25; ++n) {
      const std::int64_t amount = i % 2 == 0 ? i + 1 : -i;
      EXPECT_TRUE(this->write(
          {Update{.key = accounts[0], .add = {{"n", amount}}}, Update{.key = accounts[1], .add = {{"n", -amount}}}}));
    }
  });
  done = true;
}

REGISTER_TYPED_TEST_SUITE_P(TableContract, ReturnsWhatWasPut, ReplacesTheWholeItem, KeepsOddValues,
                            ReturnsManyKeysInTheirOrder, ChecksItemConditions, ChecksAttributeConditions,
                            WritesAllOrNothingAndNamesTheFirstFailure, NeedsEveryConditionOfAWrite,
                            DeletesWhatIsNotThere, UpdatesSomeAttributesAndLeavesTheRest,
                            UpdateCreatesAnAbsentItemUnlessToldNotTo,
                            RefusesToAddToWhatIsNoNumberAndLeavesTheRestUndone, NeverReturnsAnExpiredItem,
                            UpdateOfAnExpiredItemBeginsFromNothing, TakesAnItemOf400KbAndNotAByteMore,
                            TakesAHundredWritesAndNotOneMore, RefusesWhatNoAdapterTakes, CountsEveryConcurrentAdd,
                            LetsExactlyOneOfManyCreateAnItem, ShowsAllOfAWriteOrNothingOfIt);

}  // namespace voyages::store::tests
