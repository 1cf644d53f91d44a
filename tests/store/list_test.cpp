#include "store/list.h"

#include <gtest/gtest.h>

#include "http/list.h"
#include "store/sqlite/database.h"
#include "store/sqlite/table.h"
#include "tests/auth/watched_table.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::store {
namespace {

using voyages::tests::WatchedTable;

struct Numbered {
  static constexpr std::string_view list_name = "NumberedList";
  std::int64_t number;
};
using Numbers = http::List<Numbered>;

class StoreList : public testing::Test {
 protected:
  StoreList() {
    std::vector<Write> writes;
    for (std::int64_t i = 0; i < 10'000; ++i) {
      writes.emplace_back(Put{{{"P", std::to_string(100'000 + i)}, {{"n", i}}}});
      if (writes.size() < 100) continue;
      EXPECT_TRUE(table_.write(writes));
      writes.clear();
    }
  }

  // A page of the numbers that the divisor divides; none for 0.
  Result<Numbers> page(std::int64_t divisor, http::ListInput input = {}) {
    return list<Numbers>(watched_, {.pk = "P"}, input, [divisor](const Item& item) -> std::optional<Numbered> {
      const auto number = item.number("n");
      if (divisor == 0 || number % divisor != 0) return std::nullopt;
      return Numbered{number};
    });
  }
  std::vector<std::int64_t> all(std::int64_t divisor, std::int64_t limit) {
    std::vector<std::int64_t> numbers;
    http::ListInput input{.limit = http::Integer<1, 200>{limit}};
    do {
      auto list = page(divisor, input).value();
      EXPECT_LE(std::ssize(list.items), limit);
      for (const auto& each : list.items) numbers.push_back(each.number);
      input.cursor = std::move(list.next_cursor);
    } while (input.cursor);
    return numbers;
  }

  tests::TemporaryDirectory directory_;
  tests::ManualClock clock_;
  sqlite::Database database_{directory_.path(), sqlite::Access::exclusive};
  sqlite::SqliteTable table_{database_, clock_};
  WatchedTable watched_{table_};
};

TEST_F(StoreList, ReadsNoMoreThanThePageThatItShows) {
  const auto list = page(1, {.limit = http::Integer<1, 200>{20}}).value();
  EXPECT_EQ(list.items.size(), 20U);
  EXPECT_TRUE(list.next_cursor);
  EXPECT_EQ(watched_.listed(), 20U);
}

TEST_F(StoreList, FindsOneAmongTenThousandInOnePage) {
  const auto list = page(10'000 - 1).value();
  EXPECT_EQ(list.items.size(), 2U);  // 0 and 9,999
  EXPECT_FALSE(list.next_cursor);
}

TEST_F(StoreList, ShowsEachItemOnceWhereverAPageEnds) {
  const auto numbers = all(7, 30);
  ASSERT_EQ(numbers.size(), 1429U);
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], static_cast<std::int64_t>(7 * i));
}

TEST_F(StoreList, StopsReadingWhereNothingIsFoundForTooLong) {
  std::vector<Write> writes;
  for (int i = 0; i < 100; ++i) writes.emplace_back(Put{{{"P", std::to_string(200'000 + i)}, {{"n", 1}}}});
  ASSERT_TRUE(table_.write(writes));
  const auto list = page(0).value();
  EXPECT_TRUE(list.items.empty());
  EXPECT_TRUE(list.next_cursor);
  EXPECT_EQ(watched_.listed(), 50 + (most_queries_of_a_page - 1) * items_of_a_later_query);
}

TEST_F(StoreList, NamesTheFieldOfAForeignCursor) {
  const auto list = page(1, {.cursor = "nonsense"});
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().fields,
            (std::vector<FieldError>{{"cursor", "invalid_cursor", std::string(foreign_cursor.message)}}));
}

}  // namespace
}  // namespace voyages::store
