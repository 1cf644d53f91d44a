#pragma once

#include <boost/describe.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/types.h"

/// Lists are read page by page: `?limit=&cursor=` → `{items, next_cursor}`.
namespace voyages::http {

/// What every list takes. A list with filters derives its input from this.
template <class Cursor>
struct ListInputWith {
  std::optional<Integer<1, 200>> limit{};
  std::optional<Cursor> cursor{};

  /// How many items the page has at most.
  [[nodiscard]] std::size_t page_size() const { return limit ? static_cast<std::size_t>(limit->value) : 50; }

  BOOST_DESCRIBE_CLASS(ListInputWith, (), (limit, cursor), (), ())
};

/// The cursor is the `next_cursor` of the page before, whatever it says.
using ListInput = ListInputWith<std::string>;
/// The page begins after the item with this id.
using ListByIdInput = ListInputWith<Uuid>;

/// A page of a list; without `next_cursor` the last one. `T::list_name` is its name in the API description.
template <class T>
struct List {
  using Element = T;
  static constexpr std::string_view schema_name = T::list_name;

  std::vector<T> items{};
  std::optional<std::string> next_cursor{};

  BOOST_DESCRIBE_CLASS(List, (), (items, next_cursor), (), ())
};

}  // namespace voyages::http
