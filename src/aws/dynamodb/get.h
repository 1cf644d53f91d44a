#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "aws/dynamodb/operations.h"
#include "store/table.h"

namespace voyages::aws::dynamodb {

/// The items of the keys, in their order, that have not expired at `now_s`. One request, but for what DynamoDB leaves
/// out: over 16 MB, or for lack of capacity. Throws `store::Overloaded` when it goes on leaving out.
std::vector<std::optional<store::Item>> get_items(Operations& operations, std::span<const store::Key> keys,
                                                  store::Consistency consistency, std::int64_t now_s);

/// One item, as it is in this moment.
std::optional<store::Item> get_item(Operations& operations, const store::Key& key, store::Consistency consistency,
                                    std::int64_t now_s);

/// DynamoDB deletes what has expired, but takes its time.
bool has_expired(const store::Item& item, std::int64_t now_s);

}  // namespace voyages::aws::dynamodb
