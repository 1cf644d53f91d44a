#include "store/sqlite/table.h"

#include "store/cursor.h"
#include "store/sqlite/attributes_codec.h"
#include "store/sqlite/items.h"

namespace voyages::store::sqlite {

namespace {

// UTF-8 never has this byte, so it is above every sort key.
constexpr std::string_view above_all = "\xff";

// The places between which a page lies, both excluded. A position is compared part by part: index sort key (or sort
// key), then the item's own key where the index has equal ones.
struct Range {
  Position low;
  Position high;
};

// The smallest text above all that begin with the prefix. The last byte of UTF-8 is never 0xff.
std::string after_prefix(std::string_view prefix) {
  std::string next(prefix);
  next.back() = static_cast<char>(next.back() + 1);
  return next;
}

Range range_of(const Query& query) {
  const bool prefixed = !query.sk_prefix.empty();
  const auto low = prefixed ? query.sk_prefix : query.sk_from.value_or("");
  const auto high = prefixed ? after_prefix(query.sk_prefix) : query.sk_to.value_or(std::string(above_all));
  Range range{{low, {}}, {high, {}}};
  if (query.cursor.empty()) return range;
  auto position = from_cursor(query, query.cursor);
  const auto& sk = query.source == Query::Source::index ? position.index_sk : position.key.sk;
  if (sk < low || sk >= high) throw InvalidCursor("the cursor is outside of the query");
  (query.newest_first ? range.high : range.low) = std::move(position);
  return range;
}

const char* table_sql(bool newest_first) {
  // The low bound of a first page is included, that of a later one is the last item seen.
  return newest_first ? "SELECT pk, sk, attributes, gsi1pk, gsi1sk, expires_at FROM items "
                        "WHERE pk=?1 AND sk>=?2 AND sk<?3 AND (expires_at IS NULL OR expires_at>?4) "
                        "ORDER BY sk DESC LIMIT ?5"
                      : "SELECT pk, sk, attributes, gsi1pk, gsi1sk, expires_at FROM items "
                        "WHERE pk=?1 AND sk>=?2 AND sk<?3 AND (expires_at IS NULL OR expires_at>?4) "
                        "ORDER BY sk LIMIT ?5";
}

const char* index_sql(bool newest_first) {
  return newest_first ? "SELECT pk, sk, attributes, gsi1pk, gsi1sk, expires_at FROM items "
                        "WHERE gsi1pk=?1 AND (gsi1sk, pk, sk)>(?2, ?6, ?7) AND (gsi1sk, pk, sk)<(?3, ?8, ?9) "
                        "AND (expires_at IS NULL OR expires_at>?4) "
                        "ORDER BY gsi1sk DESC, pk DESC, sk DESC LIMIT ?5"
                      : "SELECT pk, sk, attributes, gsi1pk, gsi1sk, expires_at FROM items "
                        "WHERE gsi1pk=?1 AND (gsi1sk, pk, sk)>(?2, ?6, ?7) AND (gsi1sk, pk, sk)<(?3, ?8, ?9) "
                        "AND (expires_at IS NULL OR expires_at>?4) "
                        "ORDER BY gsi1sk, pk, sk LIMIT ?5";
}

Item read_item(const Statement& row, const Query& query) {
  Item item{{std::string(row.bytes(0)), std::string(row.bytes(1))}, decode_attributes(row.bytes(2), query.attributes)};
  if (!row.is_null(3)) item.index = {std::string(row.bytes(3)), std::string(row.bytes(4))};
  if (!row.is_null(5)) item.expires_at = from_epoch_s(row.number(5));
  return item;
}

// One item more than the page holds tells whether there is another page.
Page collect(Statement& statement, const Query& query) {
  Page page;
  while (statement.step()) {
    if (page.items.size() == query.limit) {
      const auto& last = page.items.back();
      const bool by_index = query.source == Query::Source::index;
      page.next_cursor = to_cursor(query, {by_index ? last.index->sk : std::string(), last.key});
      break;
    }
    page.items.push_back(read_item(statement, query));
  }
  return page;
}

Page query_table(Connection& connection, const Query& query, const Range& range, std::int64_t now_s) {
  // The first text above the last one seen.
  const auto low = range.low.key.sk.empty() ? range.low.index_sk : range.low.key.sk + '\0';
  const auto& high = range.high.key.sk.empty() ? range.high.index_sk : range.high.key.sk;
  auto statement = connection.statement(table_sql(query.newest_first));
  statement.bind(1, query.pk);
  statement.bind(2, low);
  statement.bind(3, high);
  statement.bind(4, now_s);
  statement.bind(5, static_cast<std::int64_t>(query.limit + 1));
  return collect(statement, query);
}

Page query_index(Connection& connection, const Query& query, const Range& range, std::int64_t now_s) {
  auto statement = connection.statement(index_sql(query.newest_first));
  statement.bind(1, query.pk);
  statement.bind(2, range.low.index_sk);
  statement.bind(3, range.high.index_sk);
  statement.bind(4, now_s);
  statement.bind(5, static_cast<std::int64_t>(query.limit + 1));
  statement.bind(6, range.low.key.pk);
  statement.bind(7, range.low.key.sk);
  statement.bind(8, range.high.key.pk);
  statement.bind(9, range.high.key.sk);
  return collect(statement, query);
}

using Outcome = std::expected<void, ConditionFailed>;

// All conditions are checked before anything is changed, so a write that does not happen leaves nothing to undo.
Outcome run(Connection& connection, std::span<const Write> writes, std::int64_t now_s) {
  std::vector<Change> changes;
  changes.reserve(writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    auto change = plan(connection, writes[i], now_s);
    if (!change) return std::unexpected(ConditionFailed{i});
    changes.push_back(std::move(*change));
  }
  for (const auto& change : changes) apply(connection, change);
  return {};
}

}  // namespace

std::vector<std::optional<Item>> SqliteTable::get(std::span<const Key> keys, Consistency /*consistency*/) {
  validate(keys);
  const auto now_s = to_epoch_s(clock_.now());
  std::vector<std::optional<Item>> items;
  items.reserve(keys.size());
  auto reader = database_.read();
  std::optional<Snapshot> snapshot;
  if (keys.size() > 1) snapshot.emplace(*reader);
  for (const auto& key : keys) items.push_back(load_item(*reader, key, now_s));
  return items;
}

Page SqliteTable::query(const Query& query) {
  validate(query);
  const auto now_s = to_epoch_s(clock_.now());
  const auto range = range_of(query);
  auto reader = database_.read();
  return query.source == Query::Source::index ? query_index(*reader, query, range, now_s)
                                              : query_table(*reader, query, range, now_s);
}

std::expected<void, ConditionFailed> SqliteTable::write(std::span<const Write> writes) {
  validate(writes);
  return database_.write([&](Connection& connection) { return run(connection, writes, to_epoch_s(clock_.now())); });
}

std::size_t SqliteTable::clean_step(std::size_t limit) {
  const auto now_s = to_epoch_s(clock_.now());
  {
    auto reader = database_.read();
    auto expired = reader->statement("SELECT 1 FROM items WHERE expires_at IS NOT NULL AND expires_at<=?1 LIMIT 1");
    expired.bind(1, now_s);
    if (!expired.step()) return 0;  // the usual case costs no commit
  }
  return database_.write([&](Connection& connection) {
    auto statement = connection.statement(
        "DELETE FROM items WHERE (pk, sk) IN (SELECT pk, sk FROM items "
        "WHERE expires_at IS NOT NULL AND expires_at<=?1 ORDER BY expires_at LIMIT ?2)");
    statement.bind(1, now_s);
    statement.bind(2, static_cast<std::int64_t>(limit));
    statement.run();
    return static_cast<std::size_t>(connection.last_changes());
  });
}

}  // namespace voyages::store::sqlite
