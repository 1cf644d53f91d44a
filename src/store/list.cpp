#include "store/list.h"

#include <algorithm>
#include <iterator>

#include "store/cursor.h"

namespace voyages::store {

namespace {

std::string cursor_after(const Query& query, const Item& item) {
  const bool by_index = query.source == Query::Source::index;
  return to_cursor(query, {by_index ? item.index->sk : std::string(), item.key});
}

}  // namespace

Result<std::string> read_page(Table& table, Query query, std::size_t limit,
                              const std::function<bool(const Item&)>& take) {
  query.limit = limit;
  std::size_t taken = 0;
  for (std::size_t queries = 0; queries < most_queries_of_a_page; ++queries) {
    Page page;
    try {
      page = table.query(query);
    } catch (const InvalidCursor&) {
      return fail(field_error("cursor", foreign_cursor));
    }
    for (const auto& item : page.items) {
      if (!take(item) || ++taken < limit) continue;
      return &item == &page.items.back() ? std::move(page.next_cursor) : cursor_after(query, item);
    }
    query.cursor = std::move(page.next_cursor);
    query.limit = items_of_a_later_query;
    if (query.cursor.empty()) break;
  }
  return std::move(query.cursor);
}

std::vector<Item> query_all(Table& table, Query query) {
  std::vector<Item> items;
  query.limit = 1000;
  do {
    auto page = table.query(query);
    std::ranges::move(page.items, std::back_inserter(items));
    query.cursor = std::move(page.next_cursor);
  } while (!query.cursor.empty());
  return items;
}

}  // namespace voyages::store
