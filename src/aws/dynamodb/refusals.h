#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws/dynamodb/operations.h"
#include "store/table.h"

namespace voyages::aws::dynamodb {

/// Why one write of a transaction did not happen.
struct Reason {
  std::string code;  // `None` where it was not at fault
  std::string message;
  std::optional<store::Item> item;  // as it was, if that was asked for
};

/// One for each write, in their order.
std::vector<Reason> cancellation_reasons(const Operations& operations, const Refused& refused);

/// Whether another transaction or a lack of capacity was in the way, which passes.
bool is_passing(const Reason& reason);

/// The item that made a condition of a single write fail, if there was one.
std::optional<store::Item> refused_item(const Operations& operations, const Refused& refused);

/// What it means that DynamoDB found the condition of a write false.
enum class Verdict {
  condition_failed,
  expired,  // an update met an item that has expired; its own conditions hold
};

/// Throws `InvalidWrite` when an update's own conditions hold and its sums are what is wrong.
Verdict judge(const store::Write& write, const std::optional<store::Item>& item, std::int64_t now_s);

/// What an update amounts to when its item has expired: it begins from nothing.
store::Put from_nothing(const store::Update& update);

/// Whether the item is what the write makes of it.
bool is_done(const store::Write& write, const std::optional<store::Item>& item);

}  // namespace voyages::aws::dynamodb
