#include "aws/dynamodb/query.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/dynamodb/attribute_values.h"
#include "aws/dynamodb/expressions.h"
#include "base/log.h"
#include "store/cursor.h"

namespace voyages::aws::dynamodb {

namespace {

namespace json = boost::json;

constexpr int most_requests = 16;
constexpr std::size_t most_asked = 1001;
// DynamoDB takes no longer bound; there is no longer sort key either.
constexpr std::size_t most_bound_bytes = 1024;

class Pager {
 public:
  Pager(Operations& operations, const store::Query& query, std::int64_t now_s)
      : operations_(operations), query_(query), now_s_(now_s), by_index_(query.source == store::Query::Source::index) {}

  store::Page run() {
    if (!query_.cursor.empty()) start_ = read_cursor();
    if (is_empty()) return {};
    std::size_t asked = query_.limit + 1;
    // A page that ends before the query's own range has no place to name in its cursor.
    for (int requests = 0; requests < most_requests || !within(sort_key(*start_)); ++requests) {
      const bool goes_on = fetch(asked);
      if (items_.size() > query_.limit) return full_page();
      if (!goes_on || is_past(sort_key(*start_))) return {std::move(items_), {}};
      // What has expired uses up the limit too, so a second request asks for more than is missing.
      asked = std::min(std::max(query_.limit + 1 - items_.size(), 2 * asked), most_asked);
    }
    return {std::move(items_), to_cursor(query_, *start_)};
  }

 private:
  // Anybody can make up a cursor. DynamoDB would refuse a place that no item can have, as if the table were wrong.
  [[nodiscard]] store::Position read_cursor() const {
    auto position = from_cursor(query_, query_.cursor);
    const auto& sk = sort_key(position);
    const store::Key keys[] = {position.key, {query_.pk, sk}};
    try {
      store::validate(keys);
    } catch (const std::invalid_argument&) {
      throw store::InvalidCursor("the cursor is at a place that no item can have");
    }
    if (!within(sk) || (!by_index_ && position.key.pk != query_.pk)) {
      throw store::InvalidCursor("the cursor is outside of the query");
    }
    return position;
  }

  [[nodiscard]] const std::string& sort_key(const store::Position& position) const {
    return by_index_ ? position.index_sk : position.key.sk;
  }
  // Nothing of the query's range can follow.
  [[nodiscard]] bool is_past(std::string_view sk) const {
    return query_.newest_first ? query_.sk_from && sk < *query_.sk_from : query_.sk_to && sk >= *query_.sk_to;
  }
  [[nodiscard]] bool within(std::string_view sk) const {
    if (!query_.sk_prefix.empty()) return sk.starts_with(query_.sk_prefix);
    return (!query_.sk_from || sk >= *query_.sk_from) && (!query_.sk_to || sk < *query_.sk_to);
  }
  [[nodiscard]] bool is_empty() const {
    return query_.sk_prefix.size() > most_bound_bytes || (query_.sk_to && query_.sk_to <= query_.sk_from.value_or(""));
  }

  // One item more than the page holds tells whether there is another page.
  store::Page full_page() {
    items_.resize(query_.limit);
    auto cursor = to_cursor(query_, position_of(items_.back()));
    return {std::move(items_), std::move(cursor)};
  }

  [[nodiscard]] store::Position position_of(const store::Item& item) const {
    return {by_index_ ? item.index->sk : std::string(), item.key};
  }

  // False when nothing comes after this.
  bool fetch(std::size_t asked) {
    const auto answer = operations_.call(Operation::query, body(asked));
    const auto* found = answer.if_contains("Items");
    if (!found || !found->is_array()) throw Unavailable("DynamoDB answered a query without items");
    for (const auto& element : found->get_array()) add(whole(operations_.to_item(element)));
    const auto* last = answer.if_contains("LastEvaluatedKey");
    if (!last) return false;
    start_ = position_of(whole(operations_.to_item(*last)));
    return true;
  }

  [[nodiscard]] store::Item whole(store::Item item) const {
    if (!by_index_ || item.index) return item;
    throw TableFault(
        fmt::format("the index GSI1 of the DynamoDB table {} has other keys than ours", operations_.table()));
  }

  void add(store::Item item) {
    // DynamoDB's BETWEEN includes its upper bound.
    if (within(by_index_ ? item.index->sk : item.key.sk)) items_.push_back(std::move(item));
  }

  [[nodiscard]] std::string key_condition(Placeholders& placeholders) const {
    const auto pk = by_index_ ? index_pk_name : pk_name;
    const auto sk = by_index_ ? index_sk_name : sk_name;
    const auto usable = [](const std::optional<std::string>& bound) {
      return bound && !bound->empty() && bound->size() <= most_bound_bytes;
    };
    auto condition = fmt::format("{} = {}", pk, placeholders.value(query_.pk));
    if (!query_.sk_prefix.empty()) {
      condition += fmt::format(" AND begins_with({}, {})", sk, placeholders.value(query_.sk_prefix));
    } else if (usable(query_.sk_from) && usable(query_.sk_to)) {
      const auto from = placeholders.value(*query_.sk_from);
      condition += fmt::format(" AND {} BETWEEN {} AND {}", sk, from, placeholders.value(*query_.sk_to));
    } else if (usable(query_.sk_from)) {
      condition += fmt::format(" AND {} >= {}", sk, placeholders.value(*query_.sk_from));
    } else if (usable(query_.sk_to)) {
      condition += fmt::format(" AND {} < {}", sk, placeholders.value(*query_.sk_to));
    }
    return condition;
  }

  [[nodiscard]] std::string body(std::size_t asked) const {
    Placeholders placeholders;
    auto json = '{' + operations_.table_member() + R"(,"ReturnConsumedCapacity":"TOTAL","KeyConditionExpression":)";
    append_json_string(json, key_condition(placeholders));
    json += R"(,"FilterExpression":)";
    append_json_string(json, not_expired(now_s_, placeholders));
    if (!query_.attributes.empty()) {
      json += R"(,"ProjectionExpression":)";
      append_json_string(json, projection_expression(query_.attributes, placeholders));
    }
    placeholders.append_to(json);
    json += fmt::format(R"(,"Limit":{},"ScanIndexForward":{})", asked, !query_.newest_first);
    if (by_index_) {
      json += R"(,"IndexName":"GSI1")";
    } else if (query_.consistency == store::Consistency::strong) {
      json += R"(,"ConsistentRead":true)";
    }
    append_start(json);
    return json + '}';
  }

  void append_start(std::string& json) const {
    if (!start_) return;
    store::Item place{start_->key};
    if (by_index_) place.index = {query_.pk, start_->index_sk};
    json += R"(,"ExclusiveStartKey":)";
    append_item(json, place);
  }

  Operations& operations_;
  const store::Query& query_;
  std::int64_t now_s_;
  bool by_index_;
  std::optional<store::Position> start_;  // the page begins after it
  std::vector<store::Item> items_;
};

}  // namespace

store::Page run_query(Operations& operations, const store::Query& query, std::int64_t now_s) {
  return Pager(operations, query, now_s).run();
}

}  // namespace voyages::aws::dynamodb
