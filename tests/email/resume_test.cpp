#include <set>
#include <thread>

#include "base/unavailable.h"
#include "email/deliver.h"
#include "tests/email/mail_room.h"
#include "tests/store/forwarding_table.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using email::Status;

class Resume : public MailRoom {
 protected:
  // What a worker leaves behind that died in the middle of a try.
  std::string leave_sending() {
    const auto id = queue_mail();
    auto record = find(id);
    record.status = Status::sending;
    record.attempts = 1;
    record.add_event(clock_.now(), "trying");
    const store::Write write = store::Put{email::to_item(record, clock_.now())};
    EXPECT_TRUE(table_.write({&write, 1}));
    return id;
  }
};

TEST_F(Resume, TakesAMailAtOnceFromAWorkerOfAProcessThatIsGone) {
  const auto id = leave_sending();
  clock_.advance(1s);
  emails_.workers_since = clock_.now();
  email::deliver(emails_, id, clock_.now());
  EXPECT_EQ(events(id), (std::vector<std::string>{"queued", "trying", "resumed", "trying", "accepted"}));
}

TEST_F(Resume, WaitsForAWorkerOfThisProcess) {
  emails_.workers_since = clock_.now();
  const auto id = leave_sending();
  clock_.advance(1s);
  email::deliver(emails_, id, clock_.now());
  EXPECT_TRUE(transport_.tried.empty());
  EXPECT_EQ(find(id).status, Status::sending);
  clock_.advance(std::chrono::ceil<std::chrono::minutes>(transport_.longest_try) + 3min);
  EXPECT_EQ(outbox_.queue_due(clock_.now()), 1U);
}

class HandedOn : public Resume {
 protected:
  std::string leave_sending_by(std::string_view message_id) {
    const auto id = leave_sending();
    auto record = find(id);
    record.tried_by = message_id;
    const store::Write write = store::Put{email::to_item(record, clock_.now())};
    EXPECT_TRUE(table_.write({&write, 1}));
    return id;
  }
};

TEST_F(HandedOn, TakesAMailOverWithTheMessageOfADeadWorker) {
  const auto id = leave_sending_by("message-1");
  clock_.advance(store::usual_visibility - 9s);  // the worker was slow to begin, and the receipt ran already
  email::deliver(emails_, id, clock_.now(), {.message_id = "message-1", .redelivered = true});
  EXPECT_EQ(events(id), (std::vector<std::string>{"queued", "trying", "resumed", "trying", "accepted"}));
}

TEST_F(HandedOn, LeavesAMailToAWorkerThatMayLive) {
  const auto id = leave_sending_by("message-1");
  clock_.advance(store::usual_visibility - 11s);
  email::deliver(emails_, id, clock_.now(), {.message_id = "message-1", .redelivered = true});  // SQS may do so
  clock_.advance(11s);
  email::deliver(emails_, id, clock_.now(), {.message_id = "message-1"});
  email::deliver(emails_, id, clock_.now(), {.message_id = "message-2", .redelivered = true});
  emails_.workers_since = clock_.now() - 10min;  // one process has the data to itself, and it slept
  email::deliver(emails_, id, clock_.now(), {.message_id = "message-1", .redelivered = true});
  EXPECT_TRUE(transport_.tried.empty());
  EXPECT_EQ(find(id).status, Status::sending);
}

TEST_F(Resume, LeavesAMailToAWorkerWhoseServerTakesMinutes) {
  transport_.longest_try = 17min;
  const auto id = queue_mail();
  transport_.on_send = [&] {
    for (int i = 0; i < 5; ++i) {
      clock_.advance(3min);
      email::deliver(emails_, id, clock_.now());
      EXPECT_EQ(transport_.tried.size(), 1U);
      EXPECT_EQ(outbox_.queue_due(clock_.now()), 0U);
    }
  };
  email::deliver(emails_, id, clock_.now());
  EXPECT_EQ(find(id).status, Status::sent);
  email::deliver(emails_, id, clock_.now());
  EXPECT_EQ(transport_.tried.size(), 1U);
  EXPECT_EQ(events(id), (std::vector<std::string>{"queued", "trying", "accepted"}));
}

TEST_F(Resume, CountsTheTimeUntilAFurtherTryFromTheEndOfTheLast) {
  const auto id = queue_mail();
  transport_.answer = {Verdict::deferred, "timed out"};
  transport_.on_send = [] { std::this_thread::sleep_for(1100ms); };
  const auto began = clock_.now();
  email::deliver(emails_, id, began);
  EXPECT_EQ(find(id).events.back().at, began + 1s);
  EXPECT_GE(find(id).due_at, began + 1s + 8s);
}

// A table whose index shows what was written only later.
class LaggingTable final : public ForwardingTable {
 public:
  explicit LaggingTable(store::Table& table) : ForwardingTable(table) {}

  std::expected<void, store::ConditionFailed> write(std::span<const store::Write> writes) override {
    late_.insert(late_.end(), writes.begin(), writes.end());
    return {};
  }
  void catch_up() {
    for (const auto& write : late_) EXPECT_TRUE(table_.write({&write, 1}));
    late_.clear();
  }

 private:
  std::vector<store::Write> late_;
};

TEST_F(Resume, QueuesWhatIsDueOnceThoughTheIndexLagsBehind) {
  std::set<std::string> lost;
  for (int i = 0; i < 250; ++i) lost.insert(record().record.id);
  clock_.advance(10min);
  LaggingTable lagging(table_);
  email::Outbox outbox(lagging, queue_, transport_, master_key_, log_, "id.example.com");
  EXPECT_EQ(outbox.queue_due(clock_.now()), 250U);
  lagging.catch_up();
  EXPECT_EQ(outbox.queue_due(clock_.now()), 0U);

  std::vector<std::string> queued;
  for (auto some = queue_.receive({}, 10, 150s); !some.empty(); some = queue_.receive({}, 10, 150s)) {
    for (const auto& delivery : some) queued.push_back(delivery.message.body);
  }
  EXPECT_EQ(queued.size(), 250U);
  EXPECT_EQ(std::set(queued.begin(), queued.end()), lost);
}

}  // namespace
}  // namespace voyages::tests
