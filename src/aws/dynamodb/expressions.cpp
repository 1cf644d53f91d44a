#include "aws/dynamodb/expressions.h"

#include <fmt/format.h>

#include <limits>

#include "aws/dynamodb/attribute_values.h"
#include "base/log.h"

namespace voyages::aws::dynamodb {

namespace {

using Kind = store::Condition::Kind;

void join(std::string& text, std::string_view separator, std::string_view part) {
  if (!text.empty()) text += separator;
  text += part;
}

// These hold of nothing, and so of an expired item.
bool is_about_absence(const store::Condition& condition) {
  return condition.kind == Kind::item_absent || condition.kind == Kind::attribute_absent;
}

std::string expression(const store::Condition& condition, std::int64_t now_s, Placeholders& placeholders) {
  switch (condition.kind) {
    case Kind::item_exists:
      return fmt::format("attribute_exists({})", pk_name);
    case Kind::item_absent:
      return fmt::format("(attribute_not_exists({}) OR {} <= {})", pk_name, expires_at_name, placeholders.now(now_s));
    case Kind::attribute_absent:
      return fmt::format("(attribute_not_exists({}) OR {} <= {})", placeholders.name(condition.attribute),
                         expires_at_name, placeholders.now(now_s));
    case Kind::attribute_equals:
      return fmt::format("{} = {}", placeholders.name(condition.attribute), placeholders.value(condition.value));
    case Kind::attribute_less:
      // A value of another type is not less: DynamoDB compares within one type only.
      return fmt::format("{} < {}", placeholders.name(condition.attribute), placeholders.value(condition.value));
  }
  throw std::logic_error("a condition of no kind");
}

}  // namespace

std::string Placeholders::name(std::string_view attribute) {
  auto found = names_.find(attribute);
  if (found == names_.end()) found = names_.emplace(attribute, fmt::format("#{}", names_.size())).first;
  return found->second;
}

std::string Placeholders::value(const store::Value& value) {
  auto placeholder = fmt::format(":{}", value_count_++);
  if (!values_.empty()) values_ += ',';
  append_json_string(values_, placeholder);
  values_ += ':';
  append_value(values_, value);
  return placeholder;
}

std::string Placeholders::now(std::int64_t now_s) {
  if (now_.empty()) now_ = value(now_s);
  return now_;
}

void Placeholders::append_to(std::string& json) const {
  if (!names_.empty()) {
    json += R"(,"ExpressionAttributeNames":)";
    char separator = '{';
    for (const auto& [attribute, placeholder] : names_) {
      json += separator;
      append_json_string(json, placeholder);
      json += ':';
      append_json_string(json, attribute);
      separator = ',';
    }
    json += '}';
  }
  if (!values_.empty()) json += R"(,"ExpressionAttributeValues":{)" + values_ + '}';
}

std::string not_expired(std::int64_t now_s, Placeholders& placeholders) {
  return fmt::format("(attribute_not_exists({0}) OR {0} > {1})", expires_at_name, placeholders.now(now_s));
}

std::string projection_expression(const std::vector<std::string>& attributes, Placeholders& placeholders) {
  auto all = fmt::format("{}, {}, {}, {}, {}", pk_name, sk_name, index_pk_name, index_sk_name, expires_at_name);
  for (const auto& attribute : attributes) join(all, ", ", placeholders.name(attribute));
  return all;
}

std::string condition_expression(const std::vector<store::Condition>& conditions, Liveness liveness, std::int64_t now_s,
                                 Placeholders& placeholders) {
  std::string all;
  bool must_live = liveness == Liveness::not_expired;
  for (const auto& condition : conditions) {
    join(all, " AND ", expression(condition, now_s, placeholders));
    must_live = must_live || !is_about_absence(condition);
  }
  if (must_live) join(all, " AND ", not_expired(now_s, placeholders));
  return all;
}

std::string update_condition(const store::Update& update, std::int64_t now_s, Placeholders& placeholders) {
  auto all = condition_expression(update.conditions, Liveness::not_expired, now_s, placeholders);
  for (const auto& [name, amount] : update.add) {
    using Limits = std::numeric_limits<std::int64_t>;
    const auto least = amount < 0 ? Limits::min() - amount : Limits::min();
    const auto most = amount > 0 ? Limits::max() - amount : Limits::max();
    const auto least_value = placeholders.value(least);
    const auto most_value = placeholders.value(most);
    join(all, " AND ",
         fmt::format("(attribute_not_exists({0}) OR {0} BETWEEN {1} AND {2})", placeholders.name(name), least_value,
                     most_value));
  }
  return all;
}

std::string update_expression(const store::Update& update, Placeholders& placeholders) {
  std::string set;
  std::string add;
  std::string remove;
  for (const auto& [name, value] : update.set) {
    join(set, ", ", fmt::format("{} = {}", placeholders.name(name), placeholders.value(value)));
  }
  if (update.index) {
    join(set, ", ", fmt::format("{} = {}", index_pk_name, placeholders.value(update.index->pk)));
    join(set, ", ", fmt::format("{} = {}", index_sk_name, placeholders.value(update.index->sk)));
  }
  if (update.expires_at) {
    join(set, ", ", fmt::format("{} = {}", expires_at_name, placeholders.value(to_epoch_s(*update.expires_at))));
  }
  for (const auto& [name, amount] : update.add) {
    join(add, ", ", fmt::format("{} {}", placeholders.name(name), placeholders.value(amount)));
  }
  for (const auto& name : update.remove) join(remove, ", ", placeholders.name(name));

  std::string all;
  if (!set.empty()) join(all, " ", "SET " + set);
  if (!add.empty()) join(all, " ", "ADD " + add);
  if (!remove.empty()) join(all, " ", "REMOVE " + remove);
  return all;
}

}  // namespace voyages::aws::dynamodb
