#include "email/deliver.h"

#include "base/unavailable.h"
#include "store/sqlite/connection.h"
#include "tests/email/mail_room.h"
#include "tests/store/forwarding_table.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using email::Status;
using email::Stream;
using Deliver = MailRoom;

TEST_F(Deliver, SendsAQueuedMailOnceAndKeepsItsTimeline) {
  const auto id = queue_mail();
  work();
  ASSERT_EQ(transport_.messages.size(), 1U);
  const auto& message = transport_.messages[0];
  EXPECT_EQ(message.to.address, "ada@example.com");
  EXPECT_EQ(message.message_id, id + "@id.example.com");
  EXPECT_NE(message.content.text.find(link), std::string::npos);
  EXPECT_EQ(find(id).status, Status::sent);
  EXPECT_EQ(events(id), (std::vector<std::string>{"queued", "trying", "accepted"}));
  EXPECT_EQ(find(id).events.back().detail, "250 2.0.0 queued");
}

TEST_F(Deliver, SendsOnceWhatWasQueuedTwice) {
  const auto mail = record();
  outbox_.dispatch(mail, clock_.now());
  outbox_.dispatch(mail, clock_.now());
  work();
  EXPECT_EQ(transport_.tried.size(), 1U);
}

TEST_F(Deliver, ForgetsTheParametersOnceSentAndTheMailAfterAWeek) {
  const auto id = queue_mail();
  EXPECT_FALSE(find(id).sealed_params.empty());
  work();
  EXPECT_TRUE(find(id).sealed_params.empty());
  clock_.advance(24h * 7);
  EXPECT_FALSE(get(table_, email::mail_key(id)));
}

TEST_F(Deliver, TriesAgainLaterWhenTheServerPutsItOff) {
  transport_.answer = {Verdict::deferred, "451 try later"};
  const auto id = queue_mail();
  work();
  EXPECT_EQ(find(id).status, Status::retrying);
  work();
  EXPECT_EQ(transport_.tried.size(), 1U);  // not before its time
  transport_.answer = {Verdict::accepted, "250 ok"};
  clock_.advance(15s);
  work();
  EXPECT_EQ(find(id).status, Status::sent);
  EXPECT_EQ(find(id).attempts, 2);
  EXPECT_EQ(events(id), (std::vector<std::string>{"queued", "trying", "deferred", "trying", "accepted"}));
}

TEST_F(Deliver, GivesUpAfterTheLastTry) {
  transport_.answer = {Verdict::deferred, "451 try later"};
  const auto id = queue_mail();
  for (int i = 0; i < 40; ++i) {
    work();
    clock_.advance(5h);
    (void)outbox_.queue_due(clock_.now());
  }
  EXPECT_EQ(transport_.tried.size(), emails_.options.attempts);
  EXPECT_EQ(find(id).status, Status::failed);
  EXPECT_FALSE(find(id).sealed_params.empty());  // it may be sent again by hand
}

TEST_F(Deliver, DelaysGrowToFourHours) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_GE(email::retry_delay(1), 8s);
    EXPECT_LE(email::retry_delay(1), 12s);
    EXPECT_GE(email::retry_delay(12), 192min);
    EXPECT_LE(email::retry_delay(30), 288min);
  }
}

TEST_F(Deliver, NeverSendsAgainToAMailboxThatDoesNotExist) {
  transport_.answer = {Verdict::unknown_recipient, "550 5.1.1 no such user"};
  const auto first = queue_mail();
  work();
  EXPECT_EQ(find(first).status, Status::failed);
  const auto second = queue_mail("Ada@Example.com");
  work();
  EXPECT_EQ(transport_.tried.size(), 1U);
  EXPECT_EQ(find(second).status, Status::suppressed);
  EXPECT_EQ(find(second).events.back().detail, "HARD_BOUNCE");
}

TEST_F(Deliver, DoesNotBlameTheAddressForARejectedMail) {
  transport_.answer = {Verdict::rejected, "554 5.7.1 policy"};
  const auto id = queue_mail();
  work();
  EXPECT_EQ(find(id).status, Status::failed);
  EXPECT_FALSE(suppressions_.find("ada@example.com", Stream::transactional));
}

TEST_F(Deliver, CountsNoBounceWhileTheServerItselfIsAway) {
  transport_.answer = {Verdict::deferred, "connection refused"};
  for (int mail = 0; mail < 6; ++mail) queue_mail();
  for (int i = 0; i < 40; ++i) {
    work();
    clock_.advance(5h);
    (void)outbox_.queue_due(clock_.now());
  }
  EXPECT_FALSE(suppressions_.find("ada@example.com", Stream::transactional));
}

TEST_F(Deliver, EndsAMailOnWhichItsWorkersDie) {
  const auto id = queue_mail();
  auto record = find(id);
  record.status = Status::sending;
  record.attempts = emails_.options.attempts;
  record.add_event(clock_.now(), "trying");
  const store::Write write = store::Put{email::to_item(record, clock_.now())};
  ASSERT_TRUE(table_.write({&write, 1}));
  clock_.advance(3min);
  email::deliver(emails_, id, clock_.now());
  EXPECT_EQ(find(id).status, Status::failed);
  EXPECT_TRUE(transport_.tried.empty());
}

TEST_F(Deliver, CountsMailsThatWereGivenUpTowardsSuppression) {
  for (int i = 0; i < 4; ++i) suppressions_.count_soft_bounce("ada@example.com", clock_.now());
  EXPECT_FALSE(suppressions_.find("ada@example.com", Stream::bulk));
  suppressions_.count_soft_bounce("ada@example.com", clock_.now());
  EXPECT_TRUE(suppressions_.find("ada@example.com", Stream::bulk));
  EXPECT_TRUE(suppressions_.find("ada@example.com", Stream::transactional));
}

TEST_F(Deliver, TakesOverFromAWorkerThatDied) {
  const auto id = queue_mail();
  transport_.on_send = [] { throw std::bad_alloc(); };  // becomes `deferred`: the worker lives
  work();
  EXPECT_EQ(find(id).status, Status::retrying);

  // A worker that died in the middle of a try leaves SENDING behind.
  transport_.on_send = nullptr;
  auto record = find(id);
  record.status = Status::sending;
  record.add_event(clock_.now(), "trying");
  const store::Write write = store::Put{email::to_item(record, clock_.now())};
  ASSERT_TRUE(table_.write({&write, 1}));
  clock_.advance(60s);
  email::deliver(emails_, id, clock_.now());
  EXPECT_EQ(find(id).status, Status::sending);  // it might be slow, not dead
  clock_.advance(60s);
  email::deliver(emails_, id, clock_.now());
  EXPECT_EQ(find(id).status, Status::sent);
  const auto names = events(id);
  EXPECT_NE(std::ranges::find(names, "resumed"), names.end());
}

TEST_F(Deliver, LetsOneOfTwoWorkersSend) {
  const auto id = queue_mail();
  transport_.on_send = [&] {
    transport_.on_send = nullptr;
    email::deliver(emails_, id, clock_.now());
  };
  work();
  EXPECT_EQ(transport_.tried.size(), 1U);
}

TEST_F(Deliver, QueuesALostMailAfterTwoMinutes) {
  const auto mail = record();  // and never dispatched
  clock_.advance(119s);
  EXPECT_EQ(outbox_.queue_due(clock_.now()), 0U);
  clock_.advance(2s);
  EXPECT_EQ(outbox_.queue_due(clock_.now()), 1U);
  EXPECT_EQ(outbox_.queue_due(clock_.now()), 0U);
  work();
  EXPECT_EQ(find(mail.record.id).status, Status::sent);
  clock_.advance(48h);
  EXPECT_EQ(outbox_.queue_due(clock_.now()), 0U);
}

TEST_F(Deliver, QueuesALostMailUnderTheKindOfItsClass) {
  auto bulk = outbox_.record(email::Mail{"ada@example.com", "announcement", {}}, clock_.now()).record;
  bulk.mail_class = email::MailClass::bulk;
  write(outbox_.record(bulk, clock_.now()));
  write(outbox_.record(email::Mail{"ada@example.com", "password_changed", {}}, clock_.now()));
  record();  // a reset
  clock_.advance(3min);
  EXPECT_EQ(outbox_.queue_due(clock_.now()), 3U);
  std::vector<std::string> kinds;
  for (const auto& delivery : queue_.receive({}, 10, 60s)) kinds.push_back(delivery.message.kind);
  std::ranges::sort(kinds);
  EXPECT_EQ(kinds, (std::vector<std::string>{"email.send", "email.send_bulk", "email.send_urgent"}));
}

TEST_F(Deliver, LeavesAMailThatTheQueueDoesNotTakeToTheJanitor) {
  class QueueThatFails final : public store::Queue {
   public:
    std::string send(std::string_view, std::string_view, const store::SendOptions&) override {
      throw Unavailable("the disk is gone");
    }
  };
  QueueThatFails broken;
  email::Outbox outbox(table_, broken, transport_, master_key_, log_, "id.example.com");
  const auto mail = record();
  EXPECT_NO_THROW(outbox.dispatch(mail, clock_.now()));
  clock_.advance(3min);
  EXPECT_EQ(outbox_.queue_due(clock_.now()), 1U);
}

TEST_F(Deliver, SendsAScheduledMailInItsHour) {
  auto scheduled = outbox_.record({"ada@example.com", "reset_password", {{"url", link}}}, clock_.now()).record;
  scheduled.events.clear();
  scheduled.due_at = clock_.now() + 3h;
  const auto mail = outbox_.record(scheduled, clock_.now());
  write(mail);
  outbox_.dispatch(mail, clock_.now());
  for (int minute = 0; minute < 179; ++minute) {
    clock_.advance(1min);
    (void)outbox_.queue_due(clock_.now());
    work();
  }
  EXPECT_TRUE(transport_.tried.empty());
  clock_.advance(2min);
  EXPECT_EQ(outbox_.queue_due(clock_.now()), 1U);
  work();
  EXPECT_EQ(transport_.tried.size(), 1U);
}

TEST_F(Deliver, StopsAMailBomb) {
  emails_.options.recipient_limit = 3;
  for (int i = 0; i < 10; ++i) queue_mail();
  queue_mail("bob@example.com");
  work();
  EXPECT_EQ(transport_.tried.size(), 4U);  // three of them, and the other address's
  limited = false;
  queue_mail();  // a notice that no stranger can cause
  work();
  EXPECT_EQ(transport_.tried.size(), 5U);
  limited = true;
  clock_.advance(61min);
  const auto later = queue_mail();
  work();
  EXPECT_EQ(find(later).status, Status::sent);
}

TEST_F(Deliver, CountsNoSuppressedMail) {
  emails_.options.recipient_limit = 3;
  for (int i = 0; i < 3; ++i) queue_mail();
  for (int minute = 0; minute < 61; ++minute) {
    clock_.advance(1min);
    queue_mail();
    work();
  }
  EXPECT_GT(transport_.tried.size(), 3U);
}

TEST_F(Deliver, LetsOtherMailsNotUseUpThoseThatStrangersMayCause) {
  emails_.options.recipient_limit = 3;
  limited = false;
  for (int i = 0; i < 5; ++i) queue_mail();
  limited = true;
  const auto asked_for = queue_mail();
  work();
  EXPECT_EQ(find(asked_for).status, Status::sent);
}

TEST_F(Deliver, KeepsTheLinkSealedAtRest) {
  record();
  store::sqlite::Connection connection(database_.file(), store::sqlite::Connection::Mode::read_only);
  auto statement = connection.statement("SELECT pk, attributes FROM items");
  std::string bytes;
  while (statement.step()) bytes.append(statement.bytes(0)).append(statement.bytes(1));
  EXPECT_NE(bytes.find("reset_password"), std::string::npos);
  EXPECT_EQ(bytes.find("token=secret"), std::string::npos);
}

TEST_F(Deliver, ThrowsUnderAnotherMasterKey) {
  const auto mail = record();
  const auto other_key = crypto::MasterKey::generate();
  const email::Outbox other(table_, queue_, transport_, other_key, log_, "id.example.com");
  EXPECT_THROW((void)other.open(mail.record.sealed_params), std::runtime_error);
}

TEST_F(Deliver, ForgetsEveryMailToAnAddress) {
  const auto sent = queue_mail("Ada@example.com");
  work();
  const auto waiting = queue_mail();
  const auto other = queue_mail("bob@example.com");
  outbox_.forget("ada@example.com");
  EXPECT_FALSE(get(table_, email::mail_key(sent)));
  EXPECT_FALSE(get(table_, email::mail_key(waiting)));
  EXPECT_TRUE(get(table_, email::mail_key(other)));
  work();
  EXPECT_EQ(transport_.tried.size(), 2U);
}

// A table whose eventual queries see nothing of what was written a moment ago.
class FreshlyWrittenTable final : public ForwardingTable {
 public:
  explicit FreshlyWrittenTable(store::Table& table) : ForwardingTable(table) {}

  store::Page query(const store::Query& query) override {
    return query.consistency == store::Consistency::strong ? table_.query(query) : store::Page{};
  }
};

TEST_F(Deliver, ForgetsAMailThatWasRecordedAMomentAgo) {
  const auto mail = record();
  FreshlyWrittenTable table(table_);
  email::Outbox(table, queue_, transport_, master_key_, log_, "id.example.com").forget("ada@example.com");
  EXPECT_FALSE(get(table_, email::mail_key(mail.record.id)));
}

}  // namespace
}  // namespace voyages::tests
