#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "email/deliver.h"
#include "store/filesystem/blobs.h"
#include "store/sqlite/database.h"
#include "store/sqlite/queue.h"
#include "store/sqlite/table.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::tests {

/// The mail service alone, on the embedded engine, with a transport that answers as the test says.
class MailRoom : public testing::Test {
 protected:
  using Verdict = email::Answer::Verdict;

  class ScriptedTransport final : public email::Transport {
   public:
    email::Answer send(std::string_view mail_id, const email::Message& message) override {
      tried.emplace_back(mail_id);
      if (on_send) on_send();
      if (answer.verdict == Verdict::accepted) messages.push_back(message);
      return answer;
    }
    [[nodiscard]] std::chrono::seconds try_limit() const override { return longest_try; }

    std::chrono::seconds longest_try{120};
    email::Answer answer{Verdict::accepted, "250 2.0.0 queued"};
    std::function<void()> on_send;
    std::vector<std::string> tried;
    std::vector<email::Message> messages;
  };

  email::RecordedMail record(std::string_view to = "ada@example.com") {
    auto mail = outbox_.record(
        {.to = std::string(to), .template_name = "reset_password", .params = {{"url", link}}, .limited = limited},
        clock_.now());
    write(mail);
    return mail;
  }
  void write(const email::RecordedMail& mail) {
    std::vector<store::Write> writes;
    mail.append_to(writes);
    EXPECT_TRUE(table_.write(writes));
  }
  std::string queue_mail(std::string_view to = "ada@example.com") {
    const auto mail = record(to);
    outbox_.dispatch(mail, clock_.now());
    return mail.record.id;
  }
  /// Does the queued work that is due.
  void work() {
    for (auto deliveries = queue_.receive({}, 10, std::chrono::seconds(150)); !deliveries.empty();
         deliveries = queue_.receive({}, 10, std::chrono::seconds(150))) {
      for (const auto& delivery : deliveries) {
        ASSERT_EQ(delivery.message.kind, email::send_urgent_mail);
        email::deliver(emails_, delivery.message.body, clock_.now());
        queue_.acknowledge(delivery.receipt);
      }
    }
  }
  email::Record find(std::string_view id) { return email::to_record(get(table_, email::mail_key(id)).value()); }
  std::vector<std::string> events(std::string_view id) {
    std::vector<std::string> names;
    for (const auto& event : find(id).events) names.push_back(event.name);
    return names;
  }

  bool limited = true;  // what `record` makes is a mail that strangers may cause

  static constexpr std::string_view link = "https://id.example.com/reset-password#token=secret";

  TemporaryDirectory directory_;
  ManualClock clock_;
  store::sqlite::Database database_{directory_.path(), store::sqlite::Access::exclusive};
  store::sqlite::SqliteTable table_{database_, clock_};
  store::sqlite::SqliteQueue queue_{database_, clock_};
  store::filesystem::FilesystemBlobs blobs_{directory_.path() / "blobs"};
  crypto::MasterKey master_key_ = crypto::MasterKey::generate();
  Logger log_{LogLevel::off, -1};
  ScriptedTransport transport_;
  email::Outbox outbox_{table_, queue_, transport_, master_key_, log_, "id.example.com"};
  email::Templates templates_{{}, {}};
  email::SuppressionList suppressions_{table_};
  email::Emails emails_{table_,     queue_,        blobs_,      outbox_, templates_,
                        transport_, suppressions_, master_key_, log_,    {.public_url = "https://id.example.com"}};
};

}  // namespace voyages::tests
