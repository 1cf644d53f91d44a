#include "aws/dynamodb/write_requests.h"

#include "aws/dynamodb/attribute_values.h"
#include "aws/dynamodb/expressions.h"
#include "base/log.h"

namespace voyages::aws::dynamodb {

namespace {

// Writes the members that a request has alone and in a transaction alike.
class Members {
 public:
  Members(std::string& json, std::int64_t now_s) : json_(json), now_s_(now_s) {}

  void operator()(const store::Put& put) {
    json_ += R"(,"Item":)";
    append_item(json_, put.item);
    finish(condition_expression(put.conditions, Liveness::any, now_s_, placeholders_));
  }
  void operator()(const store::Update& update) {
    key(update.key);
    expression("UpdateExpression", update_expression(update, placeholders_));
    finish(update_condition(update, now_s_, placeholders_));
  }
  void operator()(const store::Delete& removal) {
    key(removal.key);
    finish(condition_expression(removal.conditions, Liveness::any, now_s_, placeholders_));
  }
  void operator()(const store::Check& check) {
    key(check.key);
    finish(condition_expression(check.conditions, Liveness::any, now_s_, placeholders_));
  }

  [[nodiscard]] bool has_condition() const { return has_condition_; }

 private:
  void key(const store::Key& key) {
    json_ += R"(,"Key":)";
    append_key(json_, key);
  }
  void expression(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    json_ += ",\"";
    json_ += name;
    json_ += "\":";
    append_json_string(json_, text);
  }
  void finish(std::string_view condition) {
    expression("ConditionExpression", condition);
    has_condition_ = !condition.empty();
    placeholders_.append_to(json_);
  }

  std::string& json_;
  std::int64_t now_s_;
  Placeholders placeholders_;
  bool has_condition_ = false;
};

constexpr std::string_view show_item = R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")";
constexpr std::string_view count_capacity = R"(,"ReturnConsumedCapacity":"TOTAL")";

// `{"Put":{…}}`
class Element {
 public:
  Element(std::string& json, const Operations& operations, std::int64_t now_s)
      : json_(json), operations_(operations), now_s_(now_s) {}

  void operator()(const store::Put& put) { append("Put", put); }
  void operator()(const store::Update& update) { append("Update", update, show_item); }
  void operator()(const store::Delete& removal) { append("Delete", removal); }
  void operator()(const store::Check& check) { append("ConditionCheck", check); }

 private:
  template <class Part>
  void append(std::string_view name, const Part& part, std::string_view extra = {}) {
    json_ += "{\"";
    json_ += name;
    json_ += "\":{";
    json_ += operations_.table_member();
    Members{json_, now_s_}(part);
    json_ += extra;
    json_ += "}}";
  }

  std::string& json_;
  const Operations& operations_;
  std::int64_t now_s_;
};

}  // namespace

std::string single_body(const Operations& operations, const store::Write& write, std::int64_t now_s) {
  auto json = '{' + operations.table_member();
  Members members(json, now_s);
  std::visit(members, write);
  if (members.has_condition()) json += show_item;
  json += count_capacity;
  return json + '}';
}

std::string transaction_body(const Operations& operations, std::span<const store::Write> writes,
                             const std::map<std::size_t, store::Put>& instead, std::int64_t now_s,
                             std::string_view token) {
  std::string json = R"({"ClientRequestToken":)";
  append_json_string(json, token);
  json += count_capacity;
  json += R"(,"TransactItems":[)";
  Element element(json, operations, now_s);
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (i > 0) json += ',';
    const auto other = instead.find(i);
    if (other == instead.end()) {
      std::visit(element, writes[i]);
    } else {
      element(other->second);
    }
  }
  return json + "]}";
}

}  // namespace voyages::aws::dynamodb
