#include <gmock/gmock.h>

#include "base/uuid.h"
#include "email/manage_emails.h"
#include "tests/email/mail_room.h"
#include "tests/store/forwarding_table.h"

namespace voyages::tests {
namespace {

using email::Status;

// Counts what is read of the table, and looks for what a list has no use for.
class CountingTable final : public ForwardingTable {
 public:
  using ForwardingTable::ForwardingTable;

  std::vector<std::optional<store::Item>> get(std::span<const store::Key> keys,
                                              store::Consistency consistency) override {
    ++reads;
    return table_.get(keys, consistency);
  }
  store::Page query(const store::Query& query) override {
    ++reads;
    auto page = table_.query(query);
    for (const auto& item : page.items) saw_params = saw_params || item.attributes.contains("params");
    return page;
  }

  std::size_t reads = 0;
  bool saw_params = false;
};

class ListEmails : public MailRoom {
 protected:
  static constexpr std::size_t mails = 10'000;

  // Mails to one address that were sent; of the one in the middle the test says what it is.
  std::string write_many(Status status, const std::string& caller) {
    std::vector<store::Write> writes;
    std::string odd;
    for (std::size_t i = 0; i < mails; ++i) {
      clock_.advance(std::chrono::milliseconds(1));
      const email::Mail mail{.to = "ada@example.com", .template_name = "reset_password"};
      auto record = outbox_.record(mail, clock_.now()).record;
      record.status = Status::sent;
      if (i == mails / 2) {
        record.status = status;
        record.caller = caller;
        odd = record.id;
      }
      writes.emplace_back(store::Put{email::to_item(record, clock_.now())});
      writes.emplace_back(store::Put{email::to_entry(record, clock_.now(), clock_.now())});
      if (writes.size() < 100) continue;
      EXPECT_TRUE(table_.write(writes));
      writes.clear();
    }
    return odd;
  }
  std::vector<std::string> list(const email::ListEmailsRequest& request) {
    auto page = email::list_emails(emails_, request, context_).value();
    next_ = std::move(page.next_cursor);
    std::vector<std::string> ids;
    for (const auto& each : page.items) ids.push_back(each.id);
    return ids;
  }

  CountingTable counting_{table_};
  email::Emails emails_{counting_,  queue_,        blobs_,      outbox_, templates_,
                        transport_, suppressions_, master_key_, log_,    {.public_url = "https://id.example.com"}};
  http::Context context_{};
  std::optional<std::string> next_;
};

TEST_F(ListEmails, FindOneFailedAmongTenThousandToAnAddress) {
  const auto failed = write_many(Status::failed, "");
  counting_.reads = 0;
  email::ListEmailsRequest request{};
  request.to = Email::parse("ada@example.com").value();
  request.status = email::StatusName::parse("FAILED").value();
  auto found = list(request);
  if (found.empty() && next_) {
    request.cursor = http::Uuid::parse(*next_).value();
    found = list(request);
  }
  EXPECT_THAT(found, testing::ElementsAre(failed));
  EXPECT_LT(counting_.reads, 150U);
}

TEST_F(ListEmails, FindTheOneOfACallerAmongTenThousand) {
  const auto own = write_many(Status::sent, "service:1");
  context_.caller = std::make_shared<const http::Principal>(
      http::Principal{.user_id = "service:1", .session_id = {}, .is_service = true});
  counting_.reads = 0;
  email::ListEmailsRequest request{};
  EXPECT_THAT(list(request), testing::ElementsAre(own));
  EXPECT_LT(counting_.reads, 150U);
  EXPECT_FALSE(next_ && next_ > own);
}

TEST_F(ListEmails, ReadNoParameters) {
  for (int i = 0; i < 3; ++i) record("ada@example.com");
  EXPECT_EQ(list({}).size(), 3U);
  EXPECT_FALSE(counting_.saw_params);
  const auto whole = table_.query({.source = store::Query::Source::index, .pk = "MAIL#QUEUED"});
  ASSERT_EQ(whole.items.size(), 3U);
  EXPECT_TRUE(whole.items[0].attributes.contains("params"));
}

TEST_F(ListEmails, ShowEachMailOnceWhereverAPageEnds) {
  std::vector<std::string> all;
  for (int i = 0; i < 7; ++i) {
    clock_.advance(std::chrono::milliseconds(1));
    all.insert(all.begin(), record("ada@example.com").record.id);
  }
  email::ListEmailsRequest request{};
  request.limit = http::Integer<1, 200>{3};
  request.to = Email::parse("ada@example.com").value();
  std::vector<std::string> listed;
  int pages = 0;
  do {
    ++pages;
    for (auto& id : list(request)) listed.push_back(std::move(id));
    if (next_) request.cursor = http::Uuid::parse(*next_).value();
  } while (next_);
  EXPECT_EQ(listed, all);
  EXPECT_EQ(pages, 3);
}

}  // namespace
}  // namespace voyages::tests
