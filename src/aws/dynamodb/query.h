#pragma once

#include <cstdint>

#include "aws/dynamodb/operations.h"
#include "store/table.h"

namespace voyages::aws::dynamodb {

/// A page of the items that have not expired at `now_s`, by as many requests as that takes: one, unless they are over
/// 1 MB or many of them have expired. After sixteen requests it is a short page with a next one.
store::Page run_query(Operations& operations, const store::Query& query, std::int64_t now_s);

}  // namespace voyages::aws::dynamodb
