#include "email/smtp_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voyages::email {
namespace {

using testing::HasSubstr;
using testing::Not;
using Security = SmtpOptions::Security;
using Verdict = Answer::Verdict;

TEST(SmtpUrl, RequiresTlsUnlessToldOtherwise) {
  const auto starttls = parse_smtp_url("smtp://ada%40example.com:p%3A%2F%40%25@mail.example.com");
  ASSERT_TRUE(starttls);
  EXPECT_EQ(starttls->security, Security::starttls);
  EXPECT_EQ(starttls->host, "mail.example.com");
  EXPECT_EQ(starttls->port, 587);
  EXPECT_EQ(starttls->username, "ada@example.com");
  EXPECT_EQ(starttls->password.expose(), "p:/@%");
  const auto tls = parse_smtp_url("SMTPS://mail.example.com/");
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->security, Security::tls);
  EXPECT_EQ(tls->port, 465);
  EXPECT_TRUE(tls->username.empty());
}

TEST(SmtpUrl, ReadsAddressesAndPorts) {
  const auto url = parse_smtp_url("smtp://[::1]:2525");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 2525);
}

TEST(SmtpUrl, GoesWithoutTlsToThisMachineAlone) {
  for (const auto* host : {"localhost", "127.0.0.1", "127.1.2.3", "[::1]"}) {
    const auto url = parse_smtp_url(std::string("smtp+insecure://ada:secret@") + host);
    ASSERT_TRUE(url) << host;
    EXPECT_EQ(url->security, Security::none);
    EXPECT_EQ(url->port, 25);
  }
  EXPECT_FALSE(parse_smtp_url("smtp+insecure://mail.example.com"));
  EXPECT_FALSE(parse_smtp_url("smtp+insecure://localhost.example.com"));
  EXPECT_TRUE(parse_smtp_url("smtp+insecure://mail.example.com", true));
  EXPECT_FALSE(parse_smtp_url("smtp+insecure://ada:secret@mail.example.com", true));
}

TEST(SmtpUrl, SaysWhatIsWrongAndNeverThePassword) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "not a URL"},
      {"mail.example.com:587", "begins with smtp://"},
      {"http://ada:hunter2@mail.example.com", "begins with smtp://"},
      {"smtp://ada:hunter2@", "host is missing"},
      {"smtp://", "host is missing"},
      {"smtp://ada:hunter2@mail.example.com:0", "port"},
      {"smtp://ada:hunter2@mail.example.com:65536", "port"},
      {"smtp://ada:hunter2@mail.example.com:x", "port"},
      {"smtp://ada:hunter2@mail.example.com/path", "ends after its port"},
      {"smtp://ada:hunter2@mail.example.com?tls=no", "ends after its port"},
      {"smtp://ada:hunter2@x@mail.example.com", "written %40"},
      {"smtp://ada:hunter2%0D%0AMAIL@mail.example.com", "control character"},
      {"smtp://ada%00:hunter2@mail.example.com", "control character"},
      {"smtp://mail%0D%0A.example.com", "host is missing"},
      {"smtp://ada@mail.example.com", "needs a password"},
      {"smtp://:hunter2@mail.example.com", "needs a password"},
      {"smtp+insecure://ada:hunter2@mail.example.com", "without TLS"},
  };
  for (const auto& [url, fault] : cases) {
    const auto result = parse_smtp_url(url);
    ASSERT_FALSE(result) << url;
    EXPECT_EQ(result.error().code, "invalid_smtp_url");
    EXPECT_THAT(result.error().message, HasSubstr(fault)) << url;
    EXPECT_THAT(result.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST(SmtpReply, DependsOnWhatItAnswers) {
  const std::tuple<SmtpStage, const char*, Verdict> cases[] = {
      {SmtpStage::greeting, "554 No SMTP service here", Verdict::deferred},
      {SmtpStage::hello, "550 5.7.1 Go away", Verdict::deferred},
      {SmtpStage::starttls, "502 Not implemented", Verdict::deferred},
      {SmtpStage::authentication, "535 5.7.8 Wrong password", Verdict::deferred},
      {SmtpStage::sender, "530 5.7.0 Authentication required", Verdict::deferred},
      {SmtpStage::sender, "550 5.1.1 Who are you", Verdict::rejected},
      {SmtpStage::recipient, "421 4.3.2 Shutting down", Verdict::deferred},
      {SmtpStage::recipient, "452 4.2.2 Mailbox full", Verdict::deferred},
      {SmtpStage::recipient, "550 No such user", Verdict::unknown_recipient},
      {SmtpStage::recipient, "551 User not local", Verdict::unknown_recipient},
      {SmtpStage::recipient, "553 Mailbox name not allowed", Verdict::unknown_recipient},
      {SmtpStage::recipient, "550 5.1.1 <ada@example.com>: unknown", Verdict::unknown_recipient},
      {SmtpStage::recipient, "556 5.1.10 Takes no mail", Verdict::unknown_recipient},
      {SmtpStage::recipient, "550 relay not permitted", Verdict::rejected},
      {SmtpStage::recipient, "550 5.7.1 Policy", Verdict::rejected},
      {SmtpStage::recipient, "550 5.1.8 Bad sender", Verdict::rejected},
      {SmtpStage::recipient, "552 Quota", Verdict::rejected},
      {SmtpStage::recipient, "554 Refused", Verdict::rejected},
      {SmtpStage::data, "550 Spam", Verdict::rejected},
      {SmtpStage::data, "550 5.1.1 No such user after all", Verdict::unknown_recipient},
      {SmtpStage::data, "451 4.7.1 Greylisted", Verdict::deferred},
      {SmtpStage::data, "", Verdict::deferred},
      {SmtpStage::data, "5", Verdict::deferred},
      {SmtpStage::data, "250 queued", Verdict::deferred},
  };
  for (const auto& [stage, line, verdict] : cases) EXPECT_EQ(verdict_of(stage, line), verdict) << line;
}

TEST(SmtpReply, IsShownAsOneShortLine) {
  EXPECT_EQ(to_answer_text("250 OK\r\n\x1B[31mred\t\xFF"), "250 OK [31mred \uFFFD");
  EXPECT_LE(to_answer_text(std::string(100'000, 'x')).size(), 500U);
  std::string wide = "550 ";
  for (int i = 0; i < 400; ++i) wide += "\U0001F680";
  EXPECT_LE(to_answer_text(wide).size(), 500U);
  EXPECT_EQ(to_answer_text(""), "");
}

TEST(SmtpTransport, AnswersForWhatIsNoAddressWithoutAConnection) {
  SmtpTransport transport({.host = "localhost", .port = 1});
  Message message;
  message.from.address = "noreply@example.com";
  message.to.address = "a@example.com>\r\nRCPT TO:<b@example.com";
  EXPECT_EQ(transport.send("mail", message).verdict, Verdict::rejected);
  message.to.address = "ada@example.com";
  message.from.address = "nobody";
  EXPECT_EQ(transport.send("mail", message).verdict, Verdict::deferred);
}

}  // namespace
}  // namespace voyages::email
