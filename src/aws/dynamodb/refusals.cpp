#include "aws/dynamodb/refusals.h"

#include "aws/dynamodb/get.h"
#include "base/json_members.h"
#include "store/evaluate.h"

namespace voyages::aws::dynamodb {

namespace {

namespace json = boost::json;

std::optional<store::Item> item_member(const Operations& operations, const json::object& object) {
  const auto* item = object.if_contains("Item");
  if (!item) return std::nullopt;
  return operations.to_item(*item);
}

// As the table holds it: to the second.
std::optional<Time> stored(const std::optional<Time>& expires_at) {
  if (!expires_at) return std::nullopt;
  return from_epoch_s(to_epoch_s(*expires_at));
}

}  // namespace

std::vector<Reason> cancellation_reasons(const Operations& operations, const Refused& refused) {
  const auto said = details(refused);
  const auto* list = said.if_contains("CancellationReasons");
  if (!list || !list->is_array()) throw Unavailable("DynamoDB cancelled a transaction without saying why");
  std::vector<Reason> reasons;
  for (const auto& element : list->get_array()) {
    if (!element.is_object()) throw Unavailable("DynamoDB cancelled a transaction without saying why");
    const auto& reason = element.get_object();
    reasons.push_back({std::string(text_or_empty(reason, "Code")), std::string(text_or_empty(reason, "Message")),
                       item_member(operations, reason)});
  }
  return reasons;
}

bool is_passing(const Reason& reason) {
  return reason.code == "TransactionConflict" || reason.code == "ThrottlingError" ||
         reason.code == "ProvisionedThroughputExceeded";
}

std::optional<store::Item> refused_item(const Operations& operations, const Refused& refused) {
  return item_member(operations, details(refused));
}

Verdict judge(const store::Write& write, const std::optional<store::Item>& item, std::int64_t now_s) {
  const auto* update = std::get_if<store::Update>(&write);
  const auto* live = item && !has_expired(*item, now_s) ? &*item : nullptr;
  if (!update || !store::hold(update->conditions, live)) return Verdict::condition_failed;
  if (item && !live) return Verdict::expired;
  (void)store::updated(*update, item);  // says what is wrong with a sum
  throw std::runtime_error("DynamoDB refused an update whose conditions hold");
}

store::Put from_nothing(const store::Update& update) {
  return {store::updated(update, std::nullopt), {store::item_absent()}};
}

bool is_done(const store::Write& write, const std::optional<store::Item>& item) {
  if (!item) return false;
  if (const auto* put = std::get_if<store::Put>(&write)) {
    auto wanted = put->item;
    wanted.expires_at = stored(wanted.expires_at);
    return *item == wanted;
  }
  const auto* update = std::get_if<store::Update>(&write);
  if (!update) return false;
  auto wanted = store::updated(*update, item);
  wanted.expires_at = stored(wanted.expires_at);
  return *item == wanted;
}

}  // namespace voyages::aws::dynamodb
