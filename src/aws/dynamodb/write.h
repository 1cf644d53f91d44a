#pragma once

#include <expected>
#include <span>

#include "aws/dynamodb/operations.h"
#include "base/clock.h"
#include "store/table.h"

namespace voyages::aws::dynamodb {

using Outcome = std::expected<void, store::ConditionFailed>;

/// Several writes, all or nothing: one TransactWriteItems. Its token makes one write of all repetitions of a request,
/// for the ten minutes that DynamoDB remembers it.
Outcome write_together(Operations& operations, const Clock& clock, std::span<const store::Write> writes);

/// One write, at half the price of a transaction where that does as well.
///
/// A request may arrive and its answer not, so it may have to be sent again, and must then not do a second time what it
/// does:
/// - A put or delete without conditions and an update that only sets can be repeated freely.
/// - A put or such an update under conditions is sent again when its answer was lost. If its condition fails then, and
///   the item is already what the write makes of it, the first request did it. That is wrong only when, just then,
///   somebody else wrote the very same, or wrote over it: who must know the winner for sure writes something of their
///   own into the item, or makes the write a transaction of two.
/// - Nothing tells whether a sum or a conditional deletion happened before, so these go as transactions of one, which
///   have a token.
Outcome write_alone(Operations& operations, const Clock& clock, const store::Write& write);

}  // namespace voyages::aws::dynamodb
