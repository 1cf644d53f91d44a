#include "email/captured_mails.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/uuid.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::tests {
namespace {

class CapturedMailsTest : public testing::Test {
 protected:
  std::string keep(std::string_view to, std::string_view subject = "Hello") {
    clock_.advance(std::chrono::milliseconds(1));
    const auto id = new_uuid7(clock_.now());
    keep_as(id, to, subject);
    return id;
  }
  void keep_as(std::string_view id, std::string_view to, std::string_view subject) {
    mails_.keep(id, {.message_id = std::string(id) + "@example.com",
                     .date = clock_.now(),
                     .from = {"Voyages", "noreply@example.com"},
                     .to = {.address = std::string(to)},
                     .content = {std::string(subject), "text\n", "<p>html</p>"},
                     .attachments = {{"a.txt", "text/plain", "bytes"}}});
  }
  [[nodiscard]] static unsigned mode(const std::filesystem::path& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777U;
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  email::CapturedMails mails_{directory_.path() / "mail"};
};

TEST_F(CapturedMailsTest, AreReadAsTheyWereSent) {
  const auto id = keep("ada@example.com");
  const auto mail = mails_.find(id);
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->summary.subject, "Hello");
  EXPECT_EQ(mail->summary.from.name, "Voyages");
  EXPECT_EQ(mail->text, "text\n");
  EXPECT_EQ(mail->html, "<p>html</p>");
  ASSERT_EQ(mail->attachments.size(), 1U);
  EXPECT_EQ(mail->attachments[0].size, 5);
  EXPECT_NE(mails_.source(id)->find("Subject: Hello\r\n"), std::string::npos);
}

TEST_F(CapturedMailsTest, AreForTheOwnerOfTheProcessAlone) {
  const auto id = keep("ada@example.com");
  EXPECT_EQ(mode(directory_.path() / "mail"), 0700U);
  EXPECT_EQ(mode(mails_.source_path(id)), 0600U);
  EXPECT_EQ(mode(directory_.path() / "mail" / (id + ".json")), 0600U);
}

TEST_F(CapturedMailsTest, AppearOnceHoweverOftenTheyAreSent) {
  const auto id = keep("ada@example.com", "First");
  keep_as(id, "ada@example.com", "Second");
  const auto page = mails_.list(10, {});
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0].subject, "Second");
}

TEST_F(CapturedMailsTest, AreListedNewestFirstPageByPage) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(keep("ada@example.com"));
  std::vector<std::string> listed;
  std::string cursor;
  do {
    const auto page = mails_.list(2, cursor);
    for (const auto& each : page.items) listed.push_back(each.id);
    cursor = page.next_cursor;
  } while (!cursor.empty());
  EXPECT_EQ(listed, std::vector<std::string>(ids.rbegin(), ids.rend()));
}

TEST_F(CapturedMailsTest, LoseTheirOldestBeyondAThousand) {
  const auto first = keep("ada@example.com");
  const auto second = keep("ada@example.com");
  for (std::size_t i = 1; i < email::CapturedMails::most; ++i) keep("ada@example.com");
  EXPECT_FALSE(mails_.find(first));
  EXPECT_TRUE(mails_.find(second));
}

TEST_F(CapturedMailsTest, OfOneAddressGoWithIt) {
  const auto gone = keep("Ada@Example.com");
  const auto kept = keep("bob@example.com");
  mails_.remove_to("ada@example.com");
  EXPECT_FALSE(mails_.find(gone));
  EXPECT_FALSE(std::filesystem::exists(mails_.source_path(gone)));
  EXPECT_TRUE(mails_.remove(kept));
  EXPECT_FALSE(mails_.remove(kept));
}

TEST_F(CapturedMailsTest, AreNotFoundOutsideTheirDirectory) {
  keep("ada@example.com");
  EXPECT_THROW(keep_as("../../evil", "ada@example.com", "x"), std::invalid_argument);
  EXPECT_FALSE(mails_.find("../../etc/passwd"));
  EXPECT_FALSE(mails_.source("../mail"));
  EXPECT_FALSE(mails_.remove(".."));
}

}  // namespace
}  // namespace voyages::tests
