#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/unavailable.h"

namespace voyages::store {

/// An item's primary key. Both parts are non-empty UTF-8; at most 2,048 bytes for `pk` and 1,024 for `sk`, as in
/// DynamoDB.
struct Key {
  std::string pk;
  std::string sk;

  auto operator<=>(const Key&) const = default;
};

/// An item's place in the one secondary index (`GSI1PK`, `GSI1SK`). The index is sparse: items without it are not in
/// it.
struct IndexKey {
  std::string pk;
  std::string sk;

  auto operator<=>(const IndexKey&) const = default;
};

/// Raw bytes, to tell them from text.
struct Bytes {
  std::string value;

  auto operator<=>(const Bytes&) const = default;
};

/// What an attribute can hold: DynamoDB's BOOL, N (an integer), S, B, and L of S.
using Value = std::variant<bool, std::int64_t, std::string, Bytes, std::vector<std::string>>;
using Attributes = std::map<std::string, Value, std::less<>>;

/// One item of the table.
struct Item {
  Key key;
  Attributes attributes{};
  std::optional<IndexKey> index{};
  /// From this moment on (whole seconds) the item is never returned and counts as absent in every condition.
  std::optional<Time> expires_at{};

  bool operator==(const Item&) const = default;

  /// The attribute, or nothing when it is absent or of another type.
  template <class T>
  [[nodiscard]] const T* find(std::string_view name) const {
    const auto found = attributes.find(name);
    return found == attributes.end() ? nullptr : std::get_if<T>(&found->second);
  }
  /// The text attribute, or the empty string.
  [[nodiscard]] std::string_view text(std::string_view name) const {
    const auto* value = find<std::string>(name);
    return value ? std::string_view(*value) : std::string_view();
  }
  /// The number attribute, or 0.
  [[nodiscard]] std::int64_t number(std::string_view name) const {
    const auto* value = find<std::int64_t>(name);
    return value ? *value : 0;
  }
  /// The flag, or false.
  [[nodiscard]] bool flag(std::string_view name) const {
    const auto* value = find<bool>(name);
    return value && *value;
  }
  /// The list of texts, or the empty list.
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const {
    const auto* value = find<std::vector<std::string>>(name);
    return value ? *value : std::vector<std::string>();
  }
};

/// What must hold of an item for a write to happen. All of a write's conditions must.
struct Condition {
  enum class Kind { item_exists, item_absent, attribute_equals, attribute_absent, attribute_less };

  Kind kind;
  std::string attribute{};
  Value value{};  // attribute_equals: of any type; attribute_less: a number, and the attribute is a smaller number

  bool operator==(const Condition&) const = default;
};

inline Condition item_exists() { return {Condition::Kind::item_exists}; }
inline Condition item_absent() { return {Condition::Kind::item_absent}; }
inline Condition equals(std::string attribute, Value value) {
  return {Condition::Kind::attribute_equals, std::move(attribute), std::move(value)};
}
inline Condition absent(std::string attribute) { return {Condition::Kind::attribute_absent, std::move(attribute)}; }
inline Condition less(std::string attribute, std::int64_t bound) {
  return {Condition::Kind::attribute_less, std::move(attribute), bound};
}

/// Writes the whole item, replacing what stood there.
struct Put {
  Item item;
  std::vector<Condition> conditions{};
};

/// Changes some attributes and leaves the rest. Creates the item when it is absent, as DynamoDB does; say
/// `item_exists()` to prevent that. `add` counts up from 0 when the attribute is absent, and is an `InvalidWrite` when
/// the attribute is no number or the sum leaves 64 bits. Without `index` or `expires_at` the old ones stay. An
/// attribute may be named once in all.
struct Update {
  Key key;
  Attributes set{};
  std::map<std::string, std::int64_t, std::less<>> add{};
  std::vector<std::string> remove{};
  std::optional<IndexKey> index{};
  std::optional<Time> expires_at{};
  std::vector<Condition> conditions{};
};

/// Removes the item; an absent one is no error.
struct Delete {
  Key key;
  std::vector<Condition> conditions{};
};

/// Writes nothing: the other writes happen only if its conditions hold.
struct Check {
  Key key;
  std::vector<Condition> conditions;
};

using Write = std::variant<Put, Update, Delete, Check>;

/// Why a `write` did nothing at all: the first write whose conditions did not hold.
struct ConditionFailed {
  std::size_t index;  // in the list given to `write`

  bool operator==(const ConditionFailed&) const = default;
};

/// Eventual is half the price in DynamoDB and may miss the last second's writes; the embedded store is always strong.
enum class Consistency { eventual, strong };

/// Items of one partition in the order of their sort keys (bytewise).
struct Query {
  enum class Source { table, index };  // index: always eventual

  Source source = Source::table;
  std::string pk;
  std::string sk_prefix{};                // only sort keys that begin with this
  std::optional<std::string> sk_from{};   // only sort keys >= this; not together with a prefix
  std::optional<std::string> sk_to{};     // only sort keys < this; not together with a prefix
  bool newest_first = false;              // descending order
  std::size_t limit = 50;                 // 1 to 1,000 items
  std::string cursor{};                   // `Page::next_cursor` of the page before, or empty
  std::vector<std::string> attributes{};  // only these of each item, besides keys and expiry; all when empty
  Consistency consistency = Consistency::eventual;
};

/// Some of a query's items.
struct Page {
  std::vector<Item> items;
  /// Opaque, URL-safe; empty after the last page. A page may be short, even empty, and still have a next one.
  std::string next_cursor;
};

/// A value or key that no adapter takes: too large, empty key part, over 100 writes, two writes of one key, not UTF-8,
/// an attribute named as the table names its own (`PK`, `SK`, `GSI1PK`, `GSI1SK`, `expires_at`).
/// A programming error in the caller, which validates user input long before.
class InvalidWrite : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The cursor did not come from a page of this query.
class InvalidCursor : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// More writes wait than the store takes. Nothing was written; the caller may come back in a moment.
class Overloaded : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

/// The port to the one table. Every adapter passes `tests/store/table_contract.h`. Thread-safe. Throws when the engine
/// fails; when `write` returns, what it wrote is durable.
class Table {
 public:
  virtual ~Table() = default;
  /// The live items of up to 100 keys, in the order of the keys; nothing where there is none. Strong, they are a
  /// snapshot: no write of several items shows in part.
  virtual std::vector<std::optional<Item>> get(std::span<const Key> keys, Consistency consistency) = 0;
  virtual Page query(const Query& query) = 0;
  /// 1 to 100 writes on different keys, all or nothing. An item is at most 400 KB (`item_size`), a write 4 MB.
  virtual std::expected<void, ConditionFailed> write(std::span<const Write> writes) = 0;
};

/// Size as DynamoDB counts it: names and values in UTF-8, keys included.
std::size_t item_size(const Item& item);
/// Throws `InvalidWrite` for an item over 400 KB: for what an update makes of an item.
void validate_size(const Item& item);
const Key& key_of(const Write& write);
/// Throws `InvalidWrite` for what no adapter takes. Every adapter calls it first, so that all refuse alike.
void validate(std::span<const Write> writes);
/// Throws `std::invalid_argument` for keys that no item can have, and for more than 100.
void validate(std::span<const Key> keys);
/// Throws `std::invalid_argument` for a query that no adapter takes: an empty `pk`, a limit outside 1 to 1,000, a
/// prefix together with a range, text that is not UTF-8, over 100 attributes, one twice or one of the table's own.
void validate(const Query& query);

std::optional<Item> get(Table& table, const Key& key, Consistency consistency = Consistency::strong);

}  // namespace voyages::store
