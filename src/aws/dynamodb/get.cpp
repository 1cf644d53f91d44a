#include "aws/dynamodb/get.h"

#include <algorithm>
#include <map>
#include <set>

#include "aws/dynamodb/attribute_values.h"
#include "aws/dynamodb/backoff.h"
#include "aws/dynamodb/refusals.h"

namespace voyages::aws::dynamodb {

namespace {

namespace json = boost::json;

using Keys = std::set<store::Key>;
using Items = std::map<store::Key, store::Item>;

// As many of the largest items as `http::client::Limits` takes in one answer, their bytes in base64.
constexpr std::size_t most_in_batch = 15;

std::string batch_body(const Operations& operations, const Keys& keys, store::Consistency consistency) {
  // The member's name is the table's.
  std::string json =
      R"({"ReturnConsumedCapacity":"TOTAL","RequestItems":{)" + operations.table_text() + R"(:{"Keys":[)";
  for (const auto& key : keys) {
    if (key != *keys.begin()) json += ',';
    append_key(json, key);
  }
  json += ']';
  if (consistency == store::Consistency::strong) json += R"(,"ConsistentRead":true)";
  return json + "}}}";
}

std::string snapshot_body(const Operations& operations, const Keys& keys) {
  std::string json = R"({"ReturnConsumedCapacity":"TOTAL","TransactItems":[)";
  for (const auto& key : keys) {
    if (key != *keys.begin()) json += ',';
    json += R"({"Get":{)" + operations.table_member() + R"(,"Key":)";
    append_key(json, key);
    json += "}}";
  }
  return json + "]}";
}

void add(Items& items, store::Item item) {
  auto key = item.key;
  items.insert_or_assign(std::move(key), std::move(item));
}

const json::value* member_of(const json::object& answer, std::string_view name, std::string_view table) {
  const auto* tables = answer.if_contains(name);
  const auto* object = tables ? tables->if_object() : nullptr;
  return object ? object->if_contains(table) : nullptr;
}

Items items_in(const Operations& operations, const json::object& answer) {
  Items items;
  const auto* found = member_of(answer, "Responses", operations.table());
  if (!found || !found->is_array()) return items;
  for (const auto& element : found->get_array()) add(items, operations.to_item(element));
  return items;
}

Keys left_out(const Operations& operations, const json::object& answer) {
  Keys keys;
  const auto* unprocessed = member_of(answer, "UnprocessedKeys", operations.table());
  const auto* object = unprocessed ? unprocessed->if_object() : nullptr;
  const auto* list = object ? object->if_contains("Keys") : nullptr;
  if (!list || !list->is_array()) return keys;
  for (const auto& element : list->get_array()) keys.insert(operations.to_item(element).key);
  return keys;
}

Items get_batch(Operations& operations, Keys wanted, store::Consistency consistency) {
  Items items;
  Backoff backoff;
  while (!wanted.empty()) {
    const auto end = wanted.size() > most_in_batch ? std::next(wanted.begin(), most_in_batch) : wanted.end();
    const Keys asked(wanted.begin(), end);
    const auto answer = operations.call(Operation::batch_get_item, batch_body(operations, asked, consistency));
    items.merge(items_in(operations, answer));
    const auto left = left_out(operations, answer);
    const auto got = std::erase_if(wanted, [&](const auto& key) { return asked.contains(key) && !left.contains(key); });
    if (got > 0) backoff = {};
    if (got < asked.size() && !backoff.again()) throw store::Overloaded("DynamoDB has no capacity left for a read");
  }
  return items;
}

Items items_of_snapshot(const Operations& operations, const json::object& answer) {
  Items items;
  const auto* found = answer.if_contains("Responses");
  if (!found || !found->is_array()) throw Unavailable("DynamoDB answered a read without items");
  for (const auto& element : found->get_array()) {
    const auto* object = element.if_object();
    const auto* item = object ? object->if_contains("Item") : nullptr;
    if (item) add(items, operations.to_item(*item));
  }
  return items;
}

bool met_a_write(const Operations& operations, const Refused& refused) {
  return refused.code == "TransactionCanceledException" &&
         std::ranges::any_of(cancellation_reasons(operations, refused), is_passing);
}

// Nothing for items of over 4 MB, which DynamoDB does not read in one transaction.
std::optional<Items> get_snapshot(Operations& operations, const Keys& wanted) {
  const auto body = snapshot_body(operations, wanted);
  Backoff backoff;
  do {
    try {
      return items_of_snapshot(operations, operations.call(Operation::transact_get_items, body));
    } catch (const Refused& refused) {
      if (!met_a_write(operations, refused)) {
        if (refused.code == "TransactionCanceledException" || refused.code == "ValidationException")
          return std::nullopt;
        throw;
      }
    }
  } while (backoff.again());
  throw store::Overloaded("too many writes to the same items of the table at once");
}

}  // namespace

bool has_expired(const store::Item& item, std::int64_t now_s) {
  return item.expires_at && to_epoch_s(*item.expires_at) <= now_s;
}

std::optional<store::Item> get_item(Operations& operations, const store::Key& key, store::Consistency consistency,
                                    std::int64_t now_s) {
  auto body = '{' + operations.table_member() + R"(,"ReturnConsumedCapacity":"TOTAL","Key":)";
  append_key(body, key);
  if (consistency == store::Consistency::strong) body += R"(,"ConsistentRead":true)";
  const auto answer = operations.call(Operation::get_item, body + '}');
  const auto* found = answer.if_contains("Item");
  if (!found) return std::nullopt;
  auto item = operations.to_item(*found);
  if (has_expired(item, now_s)) return std::nullopt;
  return item;
}

std::vector<std::optional<store::Item>> get_items(Operations& operations, std::span<const store::Key> keys,
                                                  store::Consistency consistency, std::int64_t now_s) {
  std::vector<std::optional<store::Item>> items(keys.size());
  // DynamoDB takes a key once.
  const Keys wanted(keys.begin(), keys.end());
  if (wanted.empty()) return items;
  if (wanted.size() == 1) {
    std::ranges::fill(items, get_item(operations, *wanted.begin(), consistency, now_s));
    return items;
  }
  auto snapshot = consistency == store::Consistency::strong ? get_snapshot(operations, wanted) : std::nullopt;
  const auto found = snapshot ? std::move(*snapshot) : get_batch(operations, wanted, consistency);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto item = found.find(keys[i]);
    if (item != found.end() && !has_expired(item->second, now_s)) items[i] = item->second;
  }
  return items;
}

}  // namespace voyages::aws::dynamodb
