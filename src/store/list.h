#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/table.h"

/// The lists of a service, each from one query.
namespace voyages::store {

/// Queries that one page of a list may take, the first for as many items as the page has, each later one for 500: so a
/// filter finds one item among 10,000 at once.
inline constexpr std::size_t most_queries_of_a_page = 21;
inline constexpr std::size_t items_of_a_later_query = 500;

inline constexpr ErrorCode foreign_cursor{"invalid_cursor", "Use the `next_cursor` of the page before, unchanged."};

/// Shows `take` the query's items until it has taken `limit`, which it says of each; goes on over pages of which it
/// takes little. Returns the cursor of the next page, empty after the last. A cursor from elsewhere is `invalid_input`.
Result<std::string> read_page(Table& table, Query query, std::size_t limit,
                              const std::function<bool(const Item&)>& take);

/// A page of `http::List` by `http::ListInput`, of what `view` makes of the query's items: a view, or an optional one
/// that is empty for an item which a filter leaves out.
template <class List, class Input, class View>
Result<List> list(Table& table, Query query, const Input& input, View view) {
  List list{};
  query.cursor = input.cursor.value_or("");
  auto next = read_page(table, std::move(query), input.page_size(), [&](const Item& item) {
    std::optional<typename List::Element> shown = view(item);
    if (shown) list.items.push_back(std::move(*shown));
    return shown.has_value();
  });
  if (!next) return fail(next.error());
  if (!next->empty()) list.next_cursor = std::move(*next);
  return list;
}

/// Every item of a query, page by page. Only for what is bounded by its nature.
std::vector<Item> query_all(Table& table, Query query);

}  // namespace voyages::store
