#include "email/outbox.h"

#include <fcntl.h>

#include <fstream>

#include "email/worker.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/database.h"
#include "store/sqlite/queue.h"
#include "store/sqlite/table.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

class OutboxTest : public testing::Test {
 protected:
  class Mailbox final : public email::Transport {
   public:
    email::Answer send(std::string_view, const email::Message& message) override {
      if (broken) throw std::runtime_error("the mail server is away");
      email::Mail mail{message.to.address, message.content.subject, {}};
      const auto& text = message.content.text;
      if (!text.empty()) mail.params[text.substr(0, text.find(": "))] = text.substr(5, text.size() - 6);
      mails.push_back(mail);
      return {};
    }
    std::vector<email::Mail> mails;
    bool broken = false;
  };

  // Records a mail in its transaction, and forgets to queue it unless told.
  store::Put record(std::string_view to = "ada@example.com") {
    auto put = outbox_.record({std::string(to), "reset_password", {{"url", std::string(link)}}}, clock_.now());
    const store::Write write = put;
    EXPECT_TRUE(table_.write({&write, 1}));
    return put;
  }
  static std::string id_of(const store::Put& put) { return put.item.key.pk.substr(5); }
  // Does all queued work; what fails stays in the queue, delayed.
  void work() {
    for (auto deliveries = queue_.receive(10, 60s); !deliveries.empty(); deliveries = queue_.receive(10, 60s)) {
      for (const auto& delivery : deliveries) {
        EXPECT_EQ(delivery.message.kind, email::send_mail);
        try {
          email::deliver(outbox_, mailbox_, delivery.message.body, clock_.now());
          queue_.acknowledge(delivery.receipt);
        } catch (const std::runtime_error& error) {
          queue_.release(delivery.receipt, 1h, error.what());
        }
      }
    }
  }
  // The bytes of every mail in the database file.
  std::string stored_bytes() {
    store::sqlite::Connection connection(database_.file(), store::sqlite::Connection::Mode::read_only);
    auto statement = connection.statement("SELECT pk, attributes FROM items");
    std::string bytes;
    while (statement.step()) bytes.append(statement.bytes(0)).append(statement.bytes(1));
    return bytes;
  }

  static constexpr std::string_view link = "https://id.example.com/reset-password#token=secret";

  TemporaryDirectory directory_;
  ManualClock clock_;
  store::sqlite::Database database_{directory_.path(), store::sqlite::Access::exclusive};
  store::sqlite::SqliteTable table_{database_, clock_};
  store::sqlite::SqliteQueue queue_{database_, clock_};
  crypto::MasterKey master_key_ = crypto::MasterKey::generate();
  Logger log_{LogLevel::off, -1};
  email::Outbox outbox_{table_, queue_, master_key_, log_};
  Mailbox mailbox_;
};

TEST_F(OutboxTest, SendsWhatWasRecordedAndDispatched) {
  outbox_.dispatch(record());
  work();
  ASSERT_EQ(mailbox_.mails.size(), 1U);
  EXPECT_EQ(mailbox_.mails[0].to, "ada@example.com");
  EXPECT_EQ(mailbox_.mails[0].template_name, "reset_password");
  EXPECT_EQ(mailbox_.mails[0].params.at("url"), link);
}

TEST_F(OutboxTest, RecordsNothingWhenItsTransactionIsRefused) {
  const auto mail = outbox_.record({"ada@example.com", "welcome"}, clock_.now());
  const store::Write writes[] = {store::Check{{"USER#1", "PROFILE"}, {store::item_exists()}}, mail};
  EXPECT_FALSE(table_.write(writes));
  outbox_.dispatch(mail);
  work();
  EXPECT_TRUE(mailbox_.mails.empty());
}

TEST_F(OutboxTest, KeepsTheLinkSealedAtRest) {
  record();
  const auto bytes = stored_bytes();
  EXPECT_NE(bytes.find("reset_password"), std::string::npos);
  EXPECT_EQ(bytes.find("id.example.com"), std::string::npos);
  EXPECT_EQ(bytes.find("token=secret"), std::string::npos);
}

TEST_F(OutboxTest, QueuesALostMailAgainAfterAMinute) {
  record();
  clock_.advance(59s);
  EXPECT_EQ(outbox_.requeue_lost(clock_.now()), 0U);
  clock_.advance(1s);
  EXPECT_EQ(outbox_.requeue_lost(clock_.now()), 1U);
  work();
  EXPECT_EQ(mailbox_.mails.size(), 1U);
  EXPECT_EQ(outbox_.requeue_lost(clock_.now() + 1h), 0U);
}

TEST_F(OutboxTest, DoesNotPileUpQueuedWorkWhileTheMailServerIsAway) {
  mailbox_.broken = true;
  outbox_.dispatch(record());
  for (int minute = 0; minute < 30; ++minute) {
    clock_.advance(1min);
    work();
    outbox_.requeue_lost(clock_.now());
  }
  const auto depth = queue_.depth();
  EXPECT_LE(depth.ready + depth.waiting, 2U);
  mailbox_.broken = false;
  clock_.advance(1h);
  work();
  EXPECT_EQ(mailbox_.mails.size(), 1U);
}

TEST_F(OutboxTest, SendsOnceWhatWasQueuedTwice) {
  const auto put = record();
  outbox_.dispatch(put);
  outbox_.dispatch(put);
  work();
  EXPECT_EQ(mailbox_.mails.size(), 1U);
}

TEST_F(OutboxTest, KeepsAMailThatTheServerRefused) {
  mailbox_.broken = true;
  outbox_.dispatch(record());
  work();
  mailbox_.broken = false;
  clock_.advance(1h);
  work();
  EXPECT_EQ(mailbox_.mails.size(), 1U);
}

TEST_F(OutboxTest, ForgetsTheParametersOnceSent) {
  const auto put = record();
  EXPECT_TRUE(outbox_.find_queued(id_of(put)));
  outbox_.mark_sent(id_of(put), clock_.now());
  EXPECT_FALSE(outbox_.find_queued(id_of(put)));
  const auto item = get(table_, put.item.key);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->text("status"), "SENT");
  EXPECT_EQ(item->attributes.count("params"), 0U);
  clock_.advance(24h * 7);
  EXPECT_FALSE(get(table_, put.item.key));
}

TEST_F(OutboxTest, ForgetsEveryMailToAnAddress) {
  const auto sent = record("Ada@example.com");
  outbox_.mark_sent(id_of(sent), clock_.now());
  const auto requeued = record();
  outbox_.requeue_lost(clock_.now() + 1min);
  const auto queued = record();
  const auto other = record("bob@example.com");
  outbox_.forget("ada@example.com");
  for (const auto& put : {sent, requeued, queued}) EXPECT_FALSE(get(table_, put.item.key));
  EXPECT_TRUE(get(table_, other.item.key));
}

TEST_F(OutboxTest, RefusesToSendUnderAnotherMasterKey) {
  const auto put = record();
  const auto other_key = crypto::MasterKey::generate();
  email::Outbox other(table_, queue_, other_key, log_);
  EXPECT_THROW((void)other.find_queued(id_of(put)), std::runtime_error);
}

TEST_F(OutboxTest, LogsAMailThatTheQueueDoesNotTakeAndLeavesItToTheJanitor) {
  class QueueThatFails final : public store::Queue {
   public:
    std::string send(std::string_view, std::string_view, std::chrono::seconds) override {
      throw Unavailable("the disk is gone");
    }
  };
  QueueThatFails queue;
  const auto log_path = directory_.path() / "test.log";
  Logger log(LogLevel::warn, ::open(log_path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  email::Outbox outbox(table_, queue, master_key_, log);
  const auto mail = outbox.record({"ada@example.com", "welcome", {}}, clock_.now());
  const store::Write write = mail;
  ASSERT_TRUE(table_.write({&write, 1}));
  EXPECT_NO_THROW(outbox.dispatch(mail));
  std::ifstream file(log_path);
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(line.find("the disk is gone"), std::string::npos);
  clock_.advance(2min);
  EXPECT_EQ(outbox_.requeue_lost(clock_.now()), 1U);
}

}  // namespace
}  // namespace voyages::tests
