#pragma once

#include <boost/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "store/table.h"

namespace voyages::aws::dynamodb {

/// The table's own attribute names; no other attribute may have one (`store::validate`).
inline constexpr std::string_view pk_name = "PK";
inline constexpr std::string_view sk_name = "SK";
inline constexpr std::string_view index_pk_name = "GSI1PK";
inline constexpr std::string_view index_sk_name = "GSI1SK";
inline constexpr std::string_view expires_at_name = "expires_at";

/// What came is no item of ours: the sentence ends what begins with "the item". It names no value and no key.
class ForeignItem : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Appends the AttributeValue of DynamoDB's JSON protocol: `{"N":"36"}`.
void append_value(std::string& json, const store::Value& value);
void append_text(std::string& json, std::string_view text);
void append_number(std::string& json, std::int64_t number);
/// Appends the item as a map of AttributeValues. Its expiry is rounded down to whole seconds.
void append_item(std::string& json, const store::Item& item);
/// Appends the primary key as a map of AttributeValues.
void append_key(std::string& json, const store::Key& key);

/// Throws `ForeignItem` for what `append_item` would not write.
store::Item decode_item(const boost::json::value& json);
/// The text under one name of a map of AttributeValues. Throws `ForeignItem` when there is none.
std::string decode_text(const boost::json::value& json, std::string_view name);

}  // namespace voyages::aws::dynamodb
