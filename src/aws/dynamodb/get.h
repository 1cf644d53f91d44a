#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "aws/dynamodb/operations.h"
#include "store/table.h"

namespace voyages::aws::dynamodb {

/// The items of the keys, in their order, that have not expired at `now_s`, usually by one request.
///
/// Several keys with strong consistency are a snapshot: no write of several items shows in part. That is a transaction
/// (TransactGetItems), at twice the price of reading each for itself; items of over 4 MB together, which DynamoDB does
/// not read so, are each up to date, but no snapshot. Throws `store::Overloaded` when writes go on interfering, and
/// when DynamoDB leaves keys unread.
std::vector<std::optional<store::Item>> get_items(Operations& operations, std::span<const store::Key> keys,
                                                  store::Consistency consistency, std::int64_t now_s);

/// One item, as it is in this moment.
std::optional<store::Item> get_item(Operations& operations, const store::Key& key, store::Consistency consistency,
                                    std::int64_t now_s);

/// DynamoDB deletes what has expired, but takes its time.
bool has_expired(const store::Item& item, std::int64_t now_s);

}  // namespace voyages::aws::dynamodb
