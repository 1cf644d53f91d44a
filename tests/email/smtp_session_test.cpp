#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "email/mime.h"
#include "email/smtp_transport.h"
#include "tests/email/scripted_relay.h"

namespace voyages::email {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::Command;
using tests::ScriptedRelay;
using tests::ServerSide;
using tests::usual_answer;
using Security = SmtpOptions::Security;
using Verdict = Answer::Verdict;

SmtpOptions options_for(std::uint16_t port) {
  return {.host = "127.0.0.1", .port = port, .security = Security::none, .hello_name = "id.example.com"};
}

Message a_mail(std::string text = "Hello\n") {
  return {.message_id = "1@example.com",
          .from = {.address = "noreply@example.com"},
          .to = {.address = "ada@example.com"},
          .content = {.subject = "Hello", .text = std::move(text), .html = "<p>Hello</p>\n"}};
}

Answer send(const SmtpOptions& options, const Message& message = a_mail()) {
  SmtpTransport transport(options);
  return transport.send("mail", message);
}

/// What becomes of a mail when the server answers one command so, and all others as usual.
Answer answer_when(std::string_view verb, const std::string& reply) {
  ScriptedRelay relay([&](const Command& command) { return command.is(verb) ? reply : usual_answer(command); });
  return send(options_for(relay.port()));
}

TEST(SmtpSession, SaysWhatSmtpWants) {
  ScriptedRelay relay;
  const auto mail = a_mail("first\n.second\n..third\n.\n");
  const auto answer = send(options_for(relay.port()), mail);
  EXPECT_EQ(answer.verdict, Verdict::accepted);
  EXPECT_EQ(answer.text, "250 2.0.0 queued as 1");
  const auto mime = to_mime(mail);
  EXPECT_THAT(relay.commands(),
              ElementsAre("EHLO id.example.com", "MAIL FROM:<noreply@example.com> SIZE=" + std::to_string(mime.size()),
                          "RCPT TO:<ada@example.com>", "DATA", "QUIT"));
  ASSERT_EQ(relay.mails().size(), 1U);
  EXPECT_THAT(relay.mails()[0], AllOf(HasSubstr("\r\n..second\r\n...third\r\n..\r\n"), HasSubstr("\r\n.\r\n")));
}

TEST(SmtpSession, SaysHeloToAServerFromBeforeExtensions) {
  for (const auto* refusal : {"500 what?\r\n", "502 5.5.1 no such command\r\n"}) {
    ScriptedRelay relay([&](const Command& command) { return command.is("EHLO") ? refusal : usual_answer(command); });
    EXPECT_EQ(send(options_for(relay.port())).verdict, Verdict::accepted);
    EXPECT_THAT(relay.commands(),
                ElementsAre("EHLO id.example.com", "HELO id.example.com", "MAIL FROM:<noreply@example.com>",
                            "RCPT TO:<ada@example.com>", "DATA", "QUIT"));
  }
  const auto refused = answer_when("EHLO", "550 5.7.1 not you\r\n");
  EXPECT_EQ(refused.verdict, Verdict::deferred);
  EXPECT_EQ(refused.text, "550 5.7.1 not you");
}

TEST(SmtpSession, CallsItselfByItsAddressWhereNothingElseNamesIt) {
  ScriptedRelay relay;
  auto options = options_for(relay.port());
  options.hello_name = "localhost";
  send(options);
  EXPECT_THAT(relay.commands().at(0), Not(HasSubstr("localhost")));
}

TEST(SmtpSession, SendsWhatIsNotAsciiToAServerThatCan) {
  auto mail = a_mail();
  mail.to.address = "jörg@example.com";
  ScriptedRelay old;
  const auto refused = send(options_for(old.port()), mail);
  EXPECT_EQ(refused.verdict, Verdict::rejected);
  EXPECT_THAT(refused.text, HasSubstr("SMTPUTF8"));
  EXPECT_THAT(old.commands(), ElementsAre("EHLO id.example.com", "QUIT"));

  ScriptedRelay relay([](const Command& command) {
    return command.is("EHLO") ? "250-relay.test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n" : usual_answer(command);
  });
  EXPECT_EQ(send(options_for(relay.port()), mail).verdict, Verdict::accepted);
  EXPECT_THAT(relay.commands(), Contains("MAIL FROM:<noreply@example.com> BODY=8BITMIME SMTPUTF8"));
  EXPECT_THAT(relay.commands(), Contains("RCPT TO:<jörg@example.com>"));
}

TEST(SmtpSession, SendsNoMailThatIsLargerThanTheServerTakes) {
  ScriptedRelay relay([](const Command& command) {
    return command.is("EHLO") ? "250-relay.test\r\n250 SIZE 100\r\n" : usual_answer(command);
  });
  const auto answer = send(options_for(relay.port()));
  EXPECT_EQ(answer.verdict, Verdict::rejected);
  EXPECT_THAT(answer.text, HasSubstr("takes at most 100"));
  EXPECT_THAT(relay.commands(), ElementsAre("EHLO id.example.com", "QUIT"));
}

TEST(SmtpSession, KeepsAllLinesOfARefusal) {
  const auto gone =
      answer_when("RCPT", "550-5.1.1 This mailbox is gone:\r\n550-5.1.1 it has been for years.\r\n550 Bye\r\n");
  EXPECT_EQ(gone.verdict, Verdict::unknown_recipient);
  EXPECT_EQ(gone.text, "550 5.1.1 This mailbox is gone: it has been for years. Bye");
  const auto policy = answer_when(".", "554-We are sorry:\r\n554 5.7.1 no news today\r\n");
  EXPECT_EQ(policy.verdict, Verdict::rejected);
  EXPECT_EQ(policy.text, "554 5.7.1 We are sorry: no news today");
  // The reason stands in the first line, and the last one is but an address.
  EXPECT_EQ(answer_when("RCPT", "550-relay not permitted\r\n550 see https://relay.test\r\n").verdict,
            Verdict::rejected);
  std::string long_refusal;
  for (int i = 0; i < 100; ++i) long_refusal += "450-" + std::string(300, 'x') + "\r\n";
  EXPECT_LE(answer_when("RCPT", long_refusal + "450 x\r\n").text.size(), 500U);
}

TEST(SmtpSession, ReadsTheReasonWhyAServerStopsInTheMiddleOfAMail) {
  tests::ScriptedServer server([](ServerSide& side, unsigned) {
    side.send("220 relay.test\r\n");
    for (auto line = side.receive_line(); !line.empty(); line = side.receive_line()) {
      if (line.starts_with("DATA")) {
        side.send("354 go ahead\r\n");
        side.receive_line();
        side.send("552 5.3.4 Too much for us\r\n");
        return side.end_by_reset();
      }
      side.send("250 ok\r\n");
    }
  });
  const auto answer = send(options_for(server.port()), a_mail(std::string(20'000'000, 'x')));
  EXPECT_EQ(answer.verdict, Verdict::rejected);
  EXPECT_EQ(answer.text, "552 5.3.4 Too much for us");
}

TEST(SmtpSession, TakesNoAnswerThatCameBeforeItsQuestion) {
  for (const auto* verb : {"EHLO", "MAIL", "RCPT", "DATA"}) {
    ScriptedRelay relay([&](const Command& command) {
      return usual_answer(command) + (command.is(verb) ? "250 2.0.0 queued as 1\r\n" : "");
    });
    const auto answer = send(options_for(relay.port()));
    EXPECT_EQ(answer.verdict, Verdict::deferred) << verb;
    EXPECT_THAT(answer.text, HasSubstr("says more than it was asked")) << verb;
    EXPECT_TRUE(relay.mails().empty()) << verb;
  }
}

TEST(SmtpSession, EndsAtAServerThatNeverStopsToTalk) {
  for (const std::string& piece : {std::string("250-x\r\n"), std::string("x")}) {
    tests::ScriptedServer server([&](ServerSide& side, unsigned) {
      side.send("220 relay.test\r\n");
      side.receive_line();
      std::string much = "250-";
      while (much.size() < 1'000'000) much += piece;
      side.send(much);
      side.receive_line();
    });
    const auto answer = send(options_for(server.port()));
    EXPECT_EQ(answer.verdict, Verdict::deferred);
    EXPECT_THAT(answer.text, HasSubstr("without end"));
  }
}

TEST(SmtpSession, SaysThatAServerIsNone) {
  ScriptedRelay relay(usual_answer, nullptr, false, "HTTP/1.1 400 Bad Request\r\n\r\n");
  const auto answer = send(options_for(relay.port()));
  EXPECT_EQ(answer.verdict, Verdict::deferred);
  EXPECT_THAT(answer.text, HasSubstr("is not SMTP"));
  ScriptedRelay closed(usual_answer, nullptr, false, "554 5.3.2 No service\r\n");
  EXPECT_EQ(send(options_for(closed.port())).text, "554 5.3.2 No service");
  EXPECT_THAT(closed.commands(), testing::IsSubsetOf({"QUIT"}));
}

TEST(SmtpSession, TakesFourTwentyOneForNobodysFault) {
  const auto answer = answer_when("RCPT", "421 4.3.2 Shutting down\r\n");
  EXPECT_EQ(answer.verdict, Verdict::deferred);
  EXPECT_FALSE(answer.about_recipient);
  EXPECT_TRUE(answer_when("RCPT", "450 4.2.0 Later\r\n").about_recipient);
}

/// With a password, which every text must keep to itself.
class SmtpSignIn : public testing::Test {
 protected:
  std::vector<std::string> commands_when(const std::string& offer, const std::string& password = "my-password") {
    ScriptedRelay relay([&](const Command& command) -> std::string {
      if (command.is("EHLO")) return "250-relay.test\r\n250 " + offer + "\r\n";
      if (command.line == "AUTH LOGIN") return "334 VXNlcm5hbWU6\r\n";
      if (command.line == to_base64("ada")) return "334 UGFzc3dvcmQ6\r\n";
      if (command.line == "AUTH PLAIN") return "334 \r\n";
      const bool last = command.is("AUTH PLAIN ") || command.line == to_base64(password) || command.is("AGFkYQB");
      return last ? "235 2.7.0 welcome\r\n" : usual_answer(command);
    });
    answer_ = send(options(relay.port(), password));
    return relay.commands();
  }
  /// What the text says when a server repeats what it was told.
  std::string text_when_told(const std::string& reply) {
    ScriptedRelay relay([&](const Command& command) -> std::string {
      if (command.is("EHLO")) return "250-relay.test\r\n250 AUTH PLAIN\r\n";
      return command.is("AUTH") ? reply : usual_answer(command);
    });
    return send(options(relay.port(), "my-password")).text;
  }
  static SmtpOptions options(std::uint16_t port, const std::string& password) {
    auto options = options_for(port);
    options.username = "ada";
    options.password = Secret(std::string_view(password));
    return options;
  }

  static inline const std::string plain = to_base64(std::string("\0ada\0my-password", 16));
  Answer answer_;
};

TEST_F(SmtpSignIn, IsByWhatTheServerOffers) {
  EXPECT_THAT(commands_when("AUTH LOGIN PLAIN"), Contains("AUTH PLAIN " + plain));
  EXPECT_EQ(answer_.verdict, Verdict::accepted);
  EXPECT_THAT(commands_when("AUTH=plain"), Contains("AUTH PLAIN " + plain));
  const auto login = commands_when("AUTH CRAM-MD5 LOGIN");
  EXPECT_EQ(answer_.verdict, Verdict::accepted);
  EXPECT_THAT(std::vector(login.begin() + 1, login.begin() + 4),
              ElementsAre("AUTH LOGIN", to_base64("ada"), to_base64("my-password")));
}

TEST_F(SmtpSignIn, SaysWhatTheServerOffersInstead) {
  EXPECT_THAT(commands_when("AUTH XOAUTH2 CRAM-MD5"), Not(Contains(StartsWith("MAIL"))));
  EXPECT_EQ(answer_.verdict, Verdict::deferred);
  EXPECT_THAT(answer_.text, HasSubstr("AUTH by XOAUTH2, CRAM-MD5 alone"));
  EXPECT_THAT(commands_when("SIZE"), Not(Contains(StartsWith("MAIL"))));
  EXPECT_THAT(answer_.text, HasSubstr("offers no AUTH"));
}

TEST_F(SmtpSignIn, PutsALongPasswordOnALineOfItsOwn) {
  const auto commands = commands_when("AUTH PLAIN", std::string(1000, 'p'));
  EXPECT_EQ(answer_.verdict, Verdict::accepted);
  EXPECT_EQ(commands.at(1), "AUTH PLAIN");
  EXPECT_EQ(commands.at(2), to_base64(std::string("\0ada\0", 5) + std::string(1000, 'p')));
}

TEST_F(SmtpSignIn, ShowsNoCredentialsThatTheServerRepeats) {
  const std::string secrets[] = {plain, "my-password", to_base64("my-password")};
  for (const auto& secret : secrets) {
    const auto half = secret.size() / 2;
    const std::string replies[] = {
        "535 5.7.8 you said " + secret + "\r\n",
        "535-5.7.8 you said " + secret + "\r\n535 5.7.8 and that was wrong\r\n",
        "535-5.7.8 you said " + secret.substr(0, half) + "\r\n535 5.7.8 " + secret.substr(half) + "\r\n",
        "535 5.7.8 " + std::string(490 - half, 'x') + secret + "\r\n",
    };
    for (const auto& reply : replies) EXPECT_EQ(text_when_told(reply), "535 (not shown: it has credentials)") << reply;
  }
  EXPECT_EQ(text_when_told("535 5.7.8 wrong\r\n"), "535 5.7.8 wrong");
}

TEST_F(SmtpSignIn, SendsNoPasswordInTheClearToAnotherMachine) {
  auto options = this->options(1, "my-password");
  options.host = "mail.example.com";
  SmtpTransport transport(options);
  EXPECT_THROW((void)transport.send("mail", a_mail()), std::invalid_argument);
}

}  // namespace
}  // namespace voyages::email
