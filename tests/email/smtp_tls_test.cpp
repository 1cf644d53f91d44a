#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "email/smtp_transport.h"
#include "tests/email/scripted_relay.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_directory.h"

namespace voyages::email {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using tests::Command;
using tests::Identity;
using tests::ScriptedRelay;
using tests::usual_answer;
using Security = SmtpOptions::Security;
using Verdict = Answer::Verdict;

std::string with_starttls(const Command& command) {
  if (command.is("EHLO") && !command.encrypted) return "250-relay.test\r\n250 STARTTLS\r\n";
  return command.is("STARTTLS") ? "220 2.0.0 go ahead\r\n" : usual_answer(command);
}

/// A certification authority that SSL_CERT_FILE names.
class SmtpTls : public testing::Test {
 protected:
  SmtpTls() { write_pem(folder_.path() / "ca.pem", authority_); }

  [[nodiscard]] Identity issue(const tests::CertificateText& text) const {
    return make_certificate("leaf", text, &authority_);
  }

  Answer send(std::uint16_t port, Security security) {
    options_.host = "localhost";
    options_.port = port;
    options_.security = security;
    options_.hello_name = "id.example.com";
    SmtpTransport transport(options_);
    return transport.send("mail", {.message_id = "1@example.com",
                                   .from = {.address = "noreply@example.com"},
                                   .to = {.address = "ada@example.com"},
                                   .content = {.subject = "Hello", .text = "Hello\n", .html = "<p>Hello</p>\n"}});
  }
  Answer send(const ScriptedRelay& relay, Security security) { return send(relay.port(), security); }

  tests::TemporaryDirectory folder_;
  Identity authority_ = tests::make_certificate("Test Authority", {.alternative_names = "", .authority = true});
  tests::EnvironmentVariable trusted_{"SSL_CERT_FILE", (folder_.path() / "ca.pem").c_str()};
  Identity identity_ = issue({.alternative_names = "DNS:localhost"});
  SmtpOptions options_{};
};

TEST_F(SmtpTls, KeepsAnEncryptedConnectionForTheNextMail) {
  ScriptedRelay relay(with_starttls, &identity_, false);
  options_.host = "localhost";
  options_.port = relay.port();
  SmtpTransport transport(options_);
  const Message mail{.message_id = "1@example.com",
                     .from = {.address = "noreply@example.com"},
                     .to = {.address = "ada@example.com"},
                     .content = {.subject = "Hello", .text = "Hello\n", .html = "<p>Hello</p>\n"}};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(transport.send("mail", mail).verdict, Verdict::accepted);
  EXPECT_EQ(relay.connections(), 1U);
}

TEST_F(SmtpTls, IsSpokenFromTheStartOrAfterStarttls) {
  ScriptedRelay from_the_start(usual_answer, &identity_, true);
  EXPECT_EQ(send(from_the_start, Security::tls).verdict, Verdict::accepted);
  EXPECT_THAT(from_the_start.mails(), SizeIs(1));

  ScriptedRelay later(with_starttls, &identity_, false);
  EXPECT_EQ(send(later, Security::starttls).verdict, Verdict::accepted);
  EXPECT_THAT(later.mails(), SizeIs(1));
  const auto commands = later.commands();
  EXPECT_THAT(std::vector(commands.begin(), commands.begin() + 3),
              ElementsAre("EHLO id.example.com", "STARTTLS", "EHLO id.example.com"));
}

// RFC 3207 §4.2.
TEST_F(SmtpTls, ForgetsWhatWasSaidBefore) {
  options_.username = "ada";
  options_.password = Secret(std::string_view("my-password"));
  ScriptedRelay relay(
      [](const Command& command) {
        if (command.is("EHLO") && command.encrypted) return std::string("250-relay.test\r\n250 AUTH XOAUTH2\r\n");
        return command.is("EHLO") ? "250-relay.test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n" : with_starttls(command);
      },
      &identity_, false);
  EXPECT_THAT(send(relay, Security::starttls).text, HasSubstr("AUTH by XOAUTH2 alone"));
  EXPECT_THAT(relay.commands(), Not(Contains(StartsWith("AUTH"))));
}

// Somebody between us and the server can add to what is said in clear text, and hope that it counts under TLS.
TEST_F(SmtpTls, RefusesWhatWasInjectedBeforeIt) {
  options_.username = "ada";
  options_.password = Secret(std::string_view("my-password"));
  ScriptedRelay relay(
      [](const Command& command) {
        if (command.is("EHLO") && command.encrypted) return std::string("250-relay.test\r\n250 AUTH PLAIN\r\n");
        return command.is("STARTTLS") ? "220 go ahead\r\n250-relay.test\r\n250 AUTH LOGIN\r\n" : with_starttls(command);
      },
      &identity_, false);
  const auto answer = send(relay, Security::starttls);
  EXPECT_EQ(answer.verdict, Verdict::deferred);
  EXPECT_THAT(answer.text, HasSubstr("went on in clear text"));
  EXPECT_THAT(relay.commands(), ElementsAre("EHLO id.example.com", "STARTTLS"));
}

TEST_F(SmtpTls, IsRequired) {
  ScriptedRelay without;
  const auto answer = send(without, Security::starttls);
  EXPECT_EQ(answer.verdict, Verdict::deferred);
  EXPECT_THAT(answer.text, HasSubstr("offers no STARTTLS"));
  EXPECT_THAT(without.commands(), ElementsAre("EHLO id.example.com", "QUIT"));

  ScriptedRelay unwilling(
      [](const Command& command) { return command.is("STARTTLS") ? "454 4.7.0 not now\r\n" : with_starttls(command); });
  EXPECT_EQ(send(unwilling, Security::starttls).text, "454 4.7.0 not now");
  EXPECT_THAT(unwilling.mails(), IsEmpty());

  // A server from before extensions has none.
  ScriptedRelay old(
      [](const Command& command) { return command.is("EHLO") ? "500 what?\r\n" : usual_answer(command); });
  EXPECT_THAT(send(old, Security::starttls).text, HasSubstr("offers no STARTTLS"));
}

TEST_F(SmtpTls, SaysWhatIsWrongWithACertificate) {
  const std::pair<tests::CertificateText, const char*> cases[] = {
      {{.alternative_names = "DNS:mail.example.com"}, "the server's certificate is for another name"},
      {{.alternative_names = "DNS:localhost", .begins_in_s = -7200, .ends_in_s = -3600}, "has expired"},
  };
  for (const auto& [text, fault] : cases) {
    const auto identity = issue(text);
    ScriptedRelay from_the_start(usual_answer, &identity, true);
    ScriptedRelay later(with_starttls, &identity, false);
    for (const auto& answer : {send(from_the_start, Security::tls), send(later, Security::starttls)}) {
      EXPECT_EQ(answer.verdict, Verdict::deferred);
      EXPECT_THAT(answer.text, HasSubstr(fault));
    }
    EXPECT_THAT(from_the_start.commands(), IsEmpty());
    EXPECT_THAT(later.commands(), ElementsAre("EHLO id.example.com", "STARTTLS"));
  }
  const auto stranger = tests::make_certificate("stranger", {.alternative_names = "DNS:localhost"});
  ScriptedRelay relay(usual_answer, &stranger, true);
  EXPECT_THAT(send(relay, Security::tls).text, HasSubstr("signed by nobody who is trusted"));
}

TEST_F(SmtpTls, SaysThatThePortIsForTheOtherWay) {
  ScriptedRelay plain;
  const auto no_tls = send(plain, Security::tls);
  EXPECT_EQ(no_tls.verdict, Verdict::deferred);
  EXPECT_THAT(no_tls.text, HasSubstr("the server does not speak TLS on this port"));

  options_.command_timeout = 200ms;
  ScriptedRelay encrypted(usual_answer, &identity_, true);
  const auto silence = send(encrypted, Security::starttls);
  EXPECT_EQ(silence.verdict, Verdict::deferred);
  EXPECT_THAT(silence.text, HasSubstr("a server that begins with TLS is written smtps://"));
}

}  // namespace
}  // namespace voyages::email
