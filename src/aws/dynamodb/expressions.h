#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "store/table.h"

namespace voyages::aws::dynamodb {

/// What one request's expressions call by placeholder: attribute names, since many are reserved words or no words at
/// all, and values.
class Placeholders {
 public:
  /// `#0`
  std::string name(std::string_view attribute);
  /// `:0`
  std::string value(const store::Value& value);
  /// The time that expiry is compared with, under one placeholder however often it is asked for.
  std::string now(std::int64_t now_s);
  /// Appends the members ExpressionAttributeNames and ExpressionAttributeValues, each with a comma before it; an empty
  /// one is left out, as DynamoDB wants it.
  void append_to(std::string& json) const;

 private:
  std::map<std::string, std::string, std::less<>> names_;  // placeholder by attribute
  std::string values_;                                     // members, as JSON
  std::size_t value_count_ = 0;
  std::string now_;
};

/// Whether only an item that lives is taken. An absent one counts as living: nothing of it has expired.
enum class Liveness { any, not_expired };

/// An expired item, which DynamoDB may keep for days, counts as absent in every condition. Empty when nothing is asked.
std::string condition_expression(const std::vector<store::Condition>& conditions, Liveness liveness, std::int64_t now_s,
                                 Placeholders& placeholders);

/// An update's conditions, and what else must hold for it: the item has not expired, and no sum leaves 64 bits.
/// DynamoDB itself counts on, to 38 digits.
std::string update_condition(const store::Update& update, std::int64_t now_s, Placeholders& placeholders);

/// Empty when the update changes nothing.
std::string update_expression(const store::Update& update, Placeholders& placeholders);

/// These attributes, with the keys and the expiry.
std::string projection_expression(const std::vector<std::string>& attributes, Placeholders& placeholders);

/// `expires_at` is absent or in the future.
std::string not_expired(std::int64_t now_s, Placeholders& placeholders);

}  // namespace voyages::aws::dynamodb
