#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/store/table_contract.h"

namespace voyages::store::tests {

/// What every adapter of `Table` does when it is queried; the same factory as for `TableContract`.
template <class Factory>
class TableQueryContract : public TableContract<Factory> {};

TYPED_TEST_SUITE_P(TableQueryContract);

TYPED_TEST_P(TableQueryContract, QueriesOnePartitionInBytewiseOrder) {
  for (const auto* sk : {"a", "B", "\xC3\xA9", "ab", "b"}) ASSERT_TRUE(this->write({Put{this->item("P", sk)}}));
  ASSERT_TRUE(this->write({Put{this->item("Q", "a")}}));
  EXPECT_EQ(this->all_sort_keys({.pk = "P"}), (Texts{"B", "a", "ab", "b", "\xC3\xA9"}));
  EXPECT_EQ(this->all_sort_keys({.pk = "P", .newest_first = true}), (Texts{"\xC3\xA9", "b", "ab", "a", "B"}));
  EXPECT_TRUE(this->all_sort_keys({.pk = "absent"}).empty());
}

TYPED_TEST_P(TableQueryContract, QueriesPrefixesAndRanges) {
  for (const auto* sk : {"A#1", "B", "B#1", "B#2", "B$", "C"}) {
    Item put = this->item("P", sk);
    put.index = IndexKey{"G", sk};
    ASSERT_TRUE(this->write({Put{put}}));
  }
  for (const auto source : {Query::Source::table, Query::Source::index}) {
    const std::string pk = source == Query::Source::table ? "P" : "G";
    EXPECT_EQ(this->all_sort_keys({.source = source, .pk = pk, .sk_prefix = "B#"}), (Texts{"B#1", "B#2"}));
    EXPECT_EQ(this->all_sort_keys({.source = source, .pk = pk, .sk_from = "B#1", .sk_to = "C"}),
              (Texts{"B#1", "B#2", "B$"}));
    EXPECT_EQ(this->all_sort_keys({.source = source, .pk = pk, .sk_from = "B$"}), (Texts{"B$", "C"}));
    EXPECT_EQ(this->all_sort_keys({.source = source, .pk = pk, .sk_to = "B"}), (Texts{"A#1"}));
    EXPECT_EQ(this->all_sort_keys({.source = source, .pk = pk, .sk_prefix = "B#", .newest_first = true, .limit = 1}),
              (Texts{"B#2", "B#1"}));
    EXPECT_TRUE(this->all_sort_keys({.source = source, .pk = pk, .sk_from = "C", .sk_to = "B"}).empty());
  }
}

TYPED_TEST_P(TableQueryContract, IndexesOnlyItemsWithAnIndexKey) {
  Item one = this->item("P1", "S1", {{"n", 1}});
  Item two = this->item("P2", "S2", {{"n", 2}});
  one.index = IndexKey{"G", "2"};
  two.index = IndexKey{"G", "1"};
  ASSERT_TRUE(this->write({Put{one}, Put{two}, Put{this->item("P3", "S3")}}));
  const auto page = this->table.query({.source = Query::Source::index, .pk = "G"});
  EXPECT_EQ(page.items, (std::vector<Item>{two, one}));
  ASSERT_TRUE(this->write({Delete{two.key}, Update{.key = one.key, .index = IndexKey{"G", "9"}}}));
  EXPECT_EQ(this->all_sort_keys({.source = Query::Source::index, .pk = "G"}), (Texts{"S1"}));
}

TYPED_TEST_P(TableQueryContract, PagesThroughEverythingExactlyOnce) {
  std::set<std::string> expected;
  for (int i = 0; i < 25; ++i) {
    Item put = this->item("P", "S" + std::to_string(100 + i));
    put.index = IndexKey{"G", std::to_string(i / 10)};  // many with equal index keys
    expected.insert(put.key.sk);
    ASSERT_TRUE(this->write({Put{put}}));
  }
  for (const auto source : {Query::Source::table, Query::Source::index}) {
    for (const bool newest_first : {false, true}) {
      for (const std::size_t limit : {1UL, 5UL, 7UL, 24UL, 25UL, 26UL}) {
        const auto keys = this->all_sort_keys({.source = source,
                                               .pk = source == Query::Source::table ? "P" : "G",
                                               .newest_first = newest_first,
                                               .limit = limit});
        EXPECT_EQ(keys.size(), expected.size());
        EXPECT_EQ(std::set(keys.begin(), keys.end()), expected);
      }
    }
  }
}

TYPED_TEST_P(TableQueryContract, ReturnsOnlyTheAttributesThatAreAskedFor) {
  Item put = this->item("P", "1", {{"name", "Ada"}, {"size", 5}, {"raw", Bytes{"r"}}, {"list", Texts{"a", "b"}}});
  put.index = IndexKey{"G", "1"};
  put.expires_at = this->in_seconds(60);
  ASSERT_TRUE(this->write({Put{put}, Put{this->item("P", "2", {{"raw", Bytes{"r"}}})}}));
  auto shown = put;
  shown.attributes = {{"name", "Ada"}, {"list", Texts{"a", "b"}}};
  Query query{.pk = "P", .limit = 1, .attributes = {"list", "absent", "name"}};
  const auto page = this->table.query(query);
  EXPECT_EQ(page.items, std::vector<Item>{shown});
  query.attributes = {"name"};
  query.cursor = page.next_cursor;  // of the same query, whatever it shows
  EXPECT_EQ(this->table.query(query).items, std::vector<Item>{this->item("P", "2")});
  EXPECT_EQ(this->table.query({.source = Query::Source::index, .pk = "G", .attributes = {"name", "list"}}).items,
            std::vector<Item>{shown});
}

TYPED_TEST_P(TableQueryContract, RefusesToShowWhatNoItemHas) {
  for (const auto& names : {Texts{"a", "a"}, Texts{""}, Texts{"PK"}, Texts{"\xFF"}, Texts(101, "a")}) {
    EXPECT_THROW(this->table.query({.pk = "P", .attributes = names}), std::invalid_argument);
  }
}

TYPED_TEST_P(TableQueryContract, PagesGoOnWhenTheLastItemVanishes) {
  for (const auto* sk : {"1", "2", "3", "4"}) ASSERT_TRUE(this->write({Put{this->item("P", sk)}}));
  Query query{.pk = "P", .limit = 2};
  query.cursor = this->table.query(query).next_cursor;
  ASSERT_TRUE(this->write({Delete{{"P", "2"}}, Delete{{"P", "3"}}}));
  EXPECT_EQ(this->all_sort_keys(query), (Texts{"4"}));
}

TYPED_TEST_P(TableQueryContract, RefusesAForeignCursor) {
  for (const auto* pk : {"P", "Q"}) {
    for (const auto* sk : {"A#1", "A#2", "A#3"}) ASSERT_TRUE(this->write({Put{this->item(pk, sk)}}));
  }
  const auto cursor = this->table.query({.pk = "P", .limit = 1}).next_cursor;
  ASSERT_FALSE(cursor.empty());
  EXPECT_EQ(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  EXPECT_NO_THROW(this->table.query({.pk = "P", .limit = 2, .cursor = cursor}));
  EXPECT_THROW(this->table.query({.pk = "Q", .cursor = cursor}), InvalidCursor);
  EXPECT_THROW(this->table.query({.source = Query::Source::index, .pk = "P", .cursor = cursor}), InvalidCursor);
  EXPECT_THROW(this->table.query({.pk = "P", .newest_first = true, .cursor = cursor}), InvalidCursor);
  EXPECT_THROW(this->table.query({.pk = "P", .sk_prefix = "A", .cursor = cursor}), InvalidCursor);
  EXPECT_THROW(this->table.query({.pk = "P", .cursor = "x"}), InvalidCursor);
  EXPECT_THROW(this->table.query({.pk = "P", .cursor = cursor.substr(1)}), InvalidCursor);
  EXPECT_THROW(this->table.query({.pk = "P", .cursor = cursor + "AAAA"}), InvalidCursor);
}

REGISTER_TYPED_TEST_SUITE_P(TableQueryContract, QueriesOnePartitionInBytewiseOrder, QueriesPrefixesAndRanges,
                            IndexesOnlyItemsWithAnIndexKey, PagesThroughEverythingExactlyOnce,
                            PagesGoOnWhenTheLastItemVanishes, RefusesAForeignCursor,
                            ReturnsOnlyTheAttributesThatAreAskedFor, RefusesToShowWhatNoItemHas);

}  // namespace voyages::store::tests
