#include "store/sqlite/items.h"

#include "store/evaluate.h"
#include "store/sqlite/attributes_codec.h"

namespace voyages::store::sqlite {

namespace {

class Planner {
 public:
  Planner(Connection& connection, std::int64_t now_s) : connection_(connection), now_s_(now_s) {}

  std::optional<Change> operator()(const Put& put) {
    if (!conditions_hold(put.item.key, put.conditions)) return std::nullopt;
    return Change{Change::Kind::put, {}, &put.item, nullptr};
  }
  std::optional<Change> operator()(const Update& update) {
    auto old = load_item(connection_, update.key, now_s_);
    if (!hold(update.conditions, old ? &*old : nullptr)) return std::nullopt;
    return Change{Change::Kind::put, updated(update, std::move(old)), nullptr, nullptr};
  }
  std::optional<Change> operator()(const Delete& removal) {
    if (!conditions_hold(removal.key, removal.conditions)) return std::nullopt;
    return Change{Change::Kind::remove, {}, nullptr, &removal.key};
  }
  std::optional<Change> operator()(const Check& check) {
    if (!conditions_hold(check.key, check.conditions)) return std::nullopt;
    return Change{};
  }

 private:
  bool conditions_hold(const Key& key, const std::vector<Condition>& conditions) {
    if (conditions.empty()) return true;
    const auto item = load_item(connection_, key, now_s_);
    return hold(conditions, item ? &*item : nullptr);
  }

  Connection& connection_;
  std::int64_t now_s_;
};

void store_item(Connection& connection, const Item& item) {
  const auto attributes = encode_attributes(item.attributes);
  auto statement = connection.statement(
      "INSERT INTO items(pk, sk, attributes, gsi1pk, gsi1sk, expires_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
      "ON CONFLICT(pk, sk) DO UPDATE SET attributes=?3, gsi1pk=?4, gsi1sk=?5, expires_at=?6");
  statement.bind(1, item.key.pk);
  statement.bind(2, item.key.sk);
  statement.bind(3, attributes);
  if (item.index) {
    statement.bind(4, item.index->pk);
    statement.bind(5, item.index->sk);
  } else {
    statement.bind_null(4);
    statement.bind_null(5);
  }
  if (item.expires_at) {
    statement.bind(6, to_epoch_s(*item.expires_at));
  } else {
    statement.bind_null(6);
  }
  statement.run();
}

}  // namespace

std::optional<Item> load_item(Connection& connection, const Key& key, std::int64_t now_s) {
  auto statement =
      connection.statement("SELECT attributes, gsi1pk, gsi1sk, expires_at FROM items WHERE pk=?1 AND sk=?2");
  statement.bind(1, key.pk);
  statement.bind(2, key.sk);
  if (!statement.step()) return std::nullopt;
  const bool expires = !statement.is_null(3);
  if (expires && statement.number(3) <= now_s) return std::nullopt;
  Item item{key, decode_attributes(statement.bytes(0))};
  if (!statement.is_null(1)) item.index = {std::string(statement.bytes(1)), std::string(statement.bytes(2))};
  if (expires) item.expires_at = from_epoch_s(statement.number(3));
  return item;
}

std::optional<Change> plan(Connection& connection, const Write& write, std::int64_t now_s) {
  return std::visit(Planner(connection, now_s), write);
}

void apply(Connection& connection, const Change& change) {
  if (change.kind == Change::Kind::put) store_item(connection, change.put ? *change.put : change.item);
  if (change.kind != Change::Kind::remove) return;
  auto statement = connection.statement("DELETE FROM items WHERE pk=?1 AND sk=?2");
  statement.bind(1, change.key->pk);
  statement.bind(2, change.key->sk);
  statement.run();
}

}  // namespace voyages::store::sqlite
