#include "aws/dynamodb/write.h"

#include <fmt/format.h>

#include "aws/dynamodb/backoff.h"
#include "aws/dynamodb/get.h"
#include "aws/dynamodb/refusals.h"
#include "aws/dynamodb/write_requests.h"
#include "base/uuid.h"
#include "store/evaluate.h"

namespace voyages::aws::dynamodb {

namespace {

// How often an item may expire and come back beneath an update before we give up.
constexpr int most_rounds = 8;
// How often the answer to one write may be lost.
constexpr int most_lost = 3;

[[noreturn]] void crowded() { throw store::Overloaded("too many writes to the same items of the table at once"); }

[[noreturn]] void invalid(std::string_view message) {
  throw store::InvalidWrite(fmt::format("DynamoDB does not take a write: {}", message));
}

// Whether the transaction may be tried again as it is. An earlier write that met a conflict may yet turn out to be the
// first whose condition fails.
bool may_be_repeated(const std::vector<Reason>& reasons) {
  for (const auto& reason : reasons) {
    if (reason.code == "None") continue;
    if (reason.code == "ConditionalCheckFailed") return false;
    if (is_passing(reason)) return true;
    invalid(reason.message);
  }
  throw Unavailable("DynamoDB cancelled a transaction without saying why");
}

// Nothing when it happened.
std::vector<Reason> send_transaction(Operations& operations, const std::string& body) {
  Backoff backoff;
  do {
    try {
      (void)operations.call(Operation::transact_write_items, body);
      return {};
    } catch (const Refused& refused) {
      if (refused.code == "ValidationException") invalid(refused.what());
      if (refused.code != "TransactionCanceledException") throw;
      auto reasons = cancellation_reasons(operations, refused);
      if (!may_be_repeated(reasons)) return reasons;
    }
  } while (backoff.again());
  crowded();
}

// A single write's refusal: its item, as it was.
using Refusal = std::optional<store::Item>;

class SingleWrite {
 public:
  SingleWrite(Operations& operations, Operation operation, const store::Write& write, bool repeatable)
      : operations_(operations), operation_(operation), write_(write), repeatable_(repeatable) {}

  // Whether it happened.
  std::expected<void, Refusal> send(std::int64_t now_s) {
    const auto body = single_body(operations_, write_, now_s);
    Backoff backoff;
    do {
      try {
        (void)operations_.call(operation_, body, repeatable_);
        return {};
      } catch (const Uncertain&) {
        if (++lost_ == most_lost) throw;
      } catch (const Refused& refused) {
        if (refused.code == "ConditionalCheckFailedException") return resolve(refused);
        if (refused.code == "ValidationException") invalid(refused.what());
        if (refused.code != "TransactionConflictException") throw;
      }
    } while (backoff.again());
    if (lost_ > 0) throw Uncertain("DynamoDB's answer to a write was lost, and now other writes are in its way");
    crowded();
  }

 private:
  std::expected<void, Refusal> resolve(const Refused& refused) {
    auto item = refused_item(operations_, refused);
    if (lost_ > 0 && is_done(write_, item)) return {};
    return std::unexpected(std::move(item));
  }

  Operations& operations_;
  Operation operation_;
  const store::Write& write_;
  bool repeatable_;
  int lost_ = 0;  // answers to requests that may have arrived
};

// A lone check is a read, at half the price of a transaction.
Outcome run_check(Operations& operations, const Clock& clock, const store::Check& check) {
  const auto item = get_item(operations, check.key, store::Consistency::strong, to_epoch_s(clock.now()));
  if (!store::hold(check.conditions, item ? &*item : nullptr)) return std::unexpected(store::ConditionFailed{0});
  return {};
}

Outcome run_put(Operations& operations, const Clock& clock, const store::Write& put, bool has_conditions) {
  SingleWrite single(operations, Operation::put_item, put, !has_conditions);
  if (!single.send(to_epoch_s(clock.now()))) return std::unexpected(store::ConditionFailed{0});
  return {};
}

Outcome run_update(Operations& operations, const Clock& clock, const store::Write& write) {
  const auto& update = std::get<store::Update>(write);
  for (int round = 0; round < most_rounds; ++round) {
    const auto now_s = to_epoch_s(clock.now());
    SingleWrite single(operations, Operation::update_item, write, update.conditions.empty());
    const auto sent = single.send(now_s);
    if (sent) return {};
    if (judge(write, sent.error(), now_s) == Verdict::condition_failed) {
      return std::unexpected(store::ConditionFailed{0});
    }
    // Fails when somebody else has just written the item anew: then it is there to be updated.
    if (run_put(operations, clock, from_nothing(update), true)) return {};
  }
  crowded();
}

}  // namespace

Outcome write_together(Operations& operations, const Clock& clock, std::span<const store::Write> writes) {
  std::map<std::size_t, store::Put> instead;
  for (int round = 0; round < most_rounds; ++round) {
    const auto now = clock.now();
    const auto reasons =
        send_transaction(operations, transaction_body(operations, writes, instead, to_epoch_s(now), new_uuid7(now)));
    if (reasons.empty()) return {};
    if (reasons.size() != writes.size())
      throw Unavailable("DynamoDB gave reasons for writes that it was not asked for");
    for (std::size_t i = 0; i < reasons.size(); ++i) {
      if (reasons[i].code != "ConditionalCheckFailed") continue;
      // Somebody else has just written the item anew: then it is there to be updated.
      if (instead.erase(i) > 0) continue;
      if (judge(writes[i], reasons[i].item, to_epoch_s(now)) == Verdict::condition_failed) {
        return std::unexpected(store::ConditionFailed{i});
      }
      instead.emplace(i, from_nothing(std::get<store::Update>(writes[i])));
    }
  }
  crowded();
}

Outcome write_alone(Operations& operations, const Clock& clock, const store::Write& write) {
  if (const auto* check = std::get_if<store::Check>(&write)) return run_check(operations, clock, *check);
  if (const auto* put = std::get_if<store::Put>(&write)) {
    return run_put(operations, clock, write, !put->conditions.empty());
  }
  const auto* removal = std::get_if<store::Delete>(&write);
  if (removal && removal->conditions.empty()) {
    SingleWrite single(operations, Operation::delete_item, write, true);
    (void)single.send(to_epoch_s(clock.now()));  // without conditions it cannot be refused
    return {};
  }
  const auto* update = std::get_if<store::Update>(&write);
  if (update && update->add.empty()) return run_update(operations, clock, write);
  return write_together(operations, clock, {&write, 1});
}

}  // namespace voyages::aws::dynamodb
