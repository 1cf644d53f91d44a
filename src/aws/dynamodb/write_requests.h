#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "aws/dynamodb/operations.h"
#include "store/table.h"

namespace voyages::aws::dynamodb {

/// The body of PutItem, UpdateItem or DeleteItem. Should a condition not hold, the answer brings the item.
std::string single_body(const Operations& operations, const store::Write& write, std::int64_t now_s);

/// The body of TransactWriteItems. Where `instead` has a write's index, that is written in its place. Should a
/// condition of an update not hold, the answer brings its item.
std::string transaction_body(const Operations& operations, std::span<const store::Write> writes,
                             const std::map<std::size_t, store::Put>& instead, std::int64_t now_s,
                             std::string_view token);

}  // namespace voyages::aws::dynamodb
