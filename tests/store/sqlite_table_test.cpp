#include <gtest/gtest.h>

#include "store/sqlite/attributes_codec.h"
#include "store/sqlite/expiry_cleaner.h"
#include "store/sqlite/table.h"
#include "tests/store/table_contract.h"
#include "tests/store/table_query_contract.h"
#include "tests/support/temporary_directory.h"

namespace voyages::store::tests {

namespace {

using sqlite::Access;
using sqlite::Database;
using sqlite::SqliteTable;
using voyages::tests::TemporaryDirectory;

class SqliteTableFactory {
 public:
  Table& make(const Clock& clock) { return table_.emplace(database_, clock); }

 private:
  TemporaryDirectory directory_;
  Database database_{directory_.path(), Access::exclusive};
  std::optional<SqliteTable> table_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, TableContract, SqliteTableFactory);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, TableQueryContract, SqliteTableFactory);

namespace {

class SqliteTableTest : public ::testing::Test {
 protected:
  void put(const std::string& sk, int expires_in_s) {
    Item item{{"P", sk}};
    item.expires_at = clock.now() + std::chrono::seconds{expires_in_s};
    const std::vector<Write> writes{Put{item}};
    ASSERT_TRUE(table.write(writes));
  }
  std::int64_t rows() { return database.read()->number("SELECT count(*) FROM items"); }

  ManualClock clock;
  TemporaryDirectory directory;
  Database database{directory.path(), Access::exclusive};
  SqliteTable table{database, clock};
};

TEST_F(SqliteTableTest, CleansExpiredItemsInSmallSteps) {
  for (int i = 0; i < 5; ++i) put("old" + std::to_string(i), 1);
  put("young", 100);
  EXPECT_EQ(table.clean_step(), 0U);
  clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(table.clean_step(3), 3U);
  EXPECT_EQ(table.clean_step(3), 2U);
  EXPECT_EQ(table.clean_step(3), 0U);
  EXPECT_EQ(rows(), 1);
}

TEST_F(SqliteTableTest, IsCleanedInTheBackground) {
  for (int i = 0; i < 450; ++i) put(std::to_string(i), 1);
  clock.advance(std::chrono::seconds{1});
  const sqlite::ExpiryCleaner cleaner(table, std::chrono::milliseconds{5});
  for (int i = 0; i < 2000 && rows() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  EXPECT_EQ(rows(), 0);
}

TEST_F(SqliteTableTest, AnswersEveryQueryFromAnIndex) {
  auto reader = database.read();
  for (const char* sql : {"EXPLAIN QUERY PLAN SELECT pk, sk, attributes, gsi1pk, gsi1sk, expires_at FROM items "
                          "WHERE gsi1pk=?1 AND (gsi1sk, pk, sk)>(?2, ?6, ?7) AND (gsi1sk, pk, sk)<(?3, ?8, ?9) "
                          "AND (expires_at IS NULL OR expires_at>?4) ORDER BY gsi1sk DESC, pk DESC, sk DESC LIMIT ?5",
                          "EXPLAIN QUERY PLAN SELECT pk, sk FROM items WHERE expires_at IS NOT NULL AND expires_at<=?1 "
                          "ORDER BY expires_at LIMIT ?2"}) {
    auto plan = reader->statement(sql);
    while (plan.step()) {
      const auto step = plan.bytes(3);
      EXPECT_TRUE(step.starts_with("SEARCH")) << step;
      EXPECT_NE(step.find("items_by_"), std::string_view::npos) << step;
    }
  }
}

TEST(AttributesCodec, RefusesEveryTruncationAndAppendix) {
  const Attributes attributes{{"a", -5}, {"b", "text"}, {"c", Bytes{"x"}}, {"d", Texts{"1", "2"}}, {"e", true}};
  const auto bytes = sqlite::encode_attributes(attributes);
  EXPECT_EQ(sqlite::decode_attributes(bytes), attributes);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THROW(sqlite::decode_attributes(std::string_view(bytes).substr(0, length)), std::runtime_error) << length;
  }
  const Texts wanted{"a"};
  EXPECT_EQ(sqlite::decode_attributes(bytes, wanted), (Attributes{*attributes.begin()}));
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THROW(sqlite::decode_attributes(std::string_view(bytes).substr(0, length), wanted), std::runtime_error);
  }
  EXPECT_THROW(sqlite::decode_attributes(bytes + '\0'), std::runtime_error);
}

TEST(AttributesCodec, RefusesASecondSpelling) {
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(sqlite::decode_attributes("\x01\x01"
                                      "a\x01"sv),
            (Attributes{{"a", true}}));
  EXPECT_THROW(sqlite::decode_attributes("\x81\x00\x01"
                                         "a\x01"sv),
               std::runtime_error);  // a longer varint than needed
  EXPECT_THROW(sqlite::decode_attributes("\x01\x01"
                                         "a\x06"sv),
               std::runtime_error);  // an unknown type
  EXPECT_THROW(sqlite::decode_attributes("\x02\x01"
                                         "b\x01\x01"
                                         "a\x01"sv),
               std::runtime_error);  // out of order
  EXPECT_THROW(sqlite::decode_attributes("\x02\x01"
                                         "a\x01\x01"
                                         "a\x01"sv),
               std::runtime_error);  // twice
}

}  // namespace
}  // namespace voyages::store::tests
