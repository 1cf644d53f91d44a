#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "email/smtp_transport.h"
#include "tests/email/scripted_relay.h"

namespace voyages::email {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;
using tests::Command;
using tests::ScriptedRelay;
using tests::usual_answer;
using Verdict = Answer::Verdict;
using std::chrono::steady_clock;

Message mail_to(std::string address) {
  return {.message_id = "1@example.com",
          .from = {.address = "noreply@example.com"},
          .to = {.address = std::move(address)},
          .content = {.subject = "Hello", .text = "Hello\n", .html = "<p>Hello</p>\n"}};
}

/// Mails over one transport, one after the other.
class SmtpConnection : public testing::Test {
 protected:
  void begin(const ScriptedRelay& relay) {
    options_.host = "127.0.0.1";
    options_.port = relay.port();
    options_.security = SmtpOptions::Security::none;
    transport_ = std::make_unique<SmtpTransport>(options_);
  }
  Answer send(std::string to = "ada@example.com") { return transport_->send("mail", mail_to(std::move(to))); }

  SmtpOptions options_{};
  std::unique_ptr<SmtpTransport> transport_;
};

TEST_F(SmtpConnection, IsKeptForTheNextMail) {
  ScriptedRelay relay;
  begin(relay);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send().verdict, Verdict::accepted);
  EXPECT_EQ(relay.connections(), 1U);
  EXPECT_THAT(relay.mails(), SizeIs(3));
}

TEST_F(SmtpConnection, IsNotKeptAfterARefusal) {
  for (const auto* verb : {"MAIL", "RCPT", "DATA", "."}) {
    ScriptedRelay relay([&](const Command& command) {
      return command.is(verb) && command.connection == 0 ? "550 5.7.1 no\r\n" : usual_answer(command);
    });
    begin(relay);
    EXPECT_EQ(send().verdict, Verdict::rejected) << verb;
    EXPECT_EQ(send().verdict, Verdict::accepted) << verb;
    EXPECT_EQ(relay.connections(), 2U) << verb;
  }
}

TEST_F(SmtpConnection, BringsNoMailTheLateAnswerToAnother) {
  ScriptedRelay relay([&](const Command& command) {
    if (command.connection == 0 && command.line == "RCPT TO:<slow@example.com>") {
      std::this_thread::sleep_for(2s);
      return std::string("550 5.1.1 no such mailbox\r\n");
    }
    return usual_answer(command);
  });
  options_.command_timeout = 1s;
  begin(relay);
  const auto late = send("slow@example.com");
  EXPECT_EQ(late.verdict, Verdict::deferred);
  EXPECT_THAT(late.text, HasSubstr("timed out at RCPT TO"));
  std::this_thread::sleep_for(1500ms);
  EXPECT_EQ(send("ada@example.com").verdict, Verdict::accepted);
  EXPECT_EQ(relay.connections(), 2U);
  EXPECT_THAT(relay.mails(), SizeIs(1));
}

TEST_F(SmtpConnection, IsNotKeptWhenTheServerSaysMoreThanItWasAsked) {
  ScriptedRelay relay([](const Command& command) {
    return command.is(".") && command.connection == 0 ? "250 ok\r\n550 5.1.1 no such mailbox\r\n"
                                                      : usual_answer(command);
  });
  begin(relay);
  EXPECT_EQ(send().verdict, Verdict::accepted);
  EXPECT_EQ(send().verdict, Verdict::accepted);
  EXPECT_EQ(relay.connections(), 2U);
}

TEST_F(SmtpConnection, IsMadeAnewWhenTheServerHasEndedIt) {
  // Closed without a word, or with one, at the first command of the second mail.
  for (const auto* farewell : {"", "421 4.7.0 Enough for today\r\n"}) {
    ScriptedRelay relay([&, mails = std::make_shared<std::atomic<int>>(0)](const Command& command) -> std::string {
      if (command.connection > 0 || !command.is("MAIL")) return usual_answer(command);
      return ++*mails == 1 ? usual_answer(command) : farewell;
    });
    begin(relay);
    EXPECT_EQ(send().verdict, Verdict::accepted);
    EXPECT_EQ(send().verdict, Verdict::accepted);
    EXPECT_EQ(relay.connections(), 2U);
    EXPECT_THAT(relay.mails(), SizeIs(2));
  }
}

TEST_F(SmtpConnection, IsTriedOnceWhenItIsFresh) {
  ScriptedRelay relay([](const Command& command) { return command.is("MAIL") ? "" : usual_answer(command); });
  begin(relay);
  const auto answer = send();
  EXPECT_EQ(answer.verdict, Verdict::deferred);
  EXPECT_THAT(answer.text, HasSubstr("the server closed the connection"));
  EXPECT_EQ(relay.connections(), 1U);
}

TEST_F(SmtpConnection, SendsAMailThatMayHaveArrivedToNoOther) {
  ScriptedRelay relay([mails = std::make_shared<std::atomic<int>>(0)](const Command& command) {
    return command.is(".") && ++*mails == 2 ? "" : usual_answer(command);
  });
  begin(relay);
  EXPECT_EQ(send().verdict, Verdict::accepted);
  EXPECT_EQ(send().verdict, Verdict::deferred);
  EXPECT_EQ(relay.connections(), 1U);
  EXPECT_THAT(relay.mails(), SizeIs(2));
}

TEST_F(SmtpConnection, WaitsLongerForTheVerdictThanForAnythingElse) {
  ScriptedRelay relay([](const Command& command) {
    if (command.is(".")) std::this_thread::sleep_for(4s);
    return usual_answer(command);
  });
  options_.command_timeout = 2s;
  options_.handover_timeout = 3s;
  begin(relay);
  EXPECT_EQ(send().verdict, Verdict::accepted);
  EXPECT_THAT(relay.mails(), SizeIs(1));

  options_.verdict_timeout = 300ms;
  begin(relay);
  const auto answer = send();
  EXPECT_EQ(answer.verdict, Verdict::deferred);
  EXPECT_THAT(answer.text, HasSubstr("timed out at DATA"));
}

TEST_F(SmtpConnection, MayTakeTheTenMinutesOfTheStandard) {
  ScriptedRelay relay;
  begin(relay);
  EXPECT_GE(options_.verdict_timeout, 10min);
  EXPECT_GT(transport_->try_limit(), options_.handover_timeout + options_.verdict_timeout);
}

TEST_F(SmtpConnection, IsWaitedForNoLongerWhenTheProgramIsAboutToEnd) {
  std::promise<void> at_the_end;
  std::promise<void> over;
  ScriptedRelay relay([&](const Command& command) {
    if (command.is(".")) {
      at_the_end.set_value();
      over.get_future().wait();
      return std::string();
    }
    return usual_answer(command);
  });
  options_.stop_timeout = 200ms;
  begin(relay);
  auto answer = std::async(std::launch::async, [&] { return send(); });
  at_the_end.get_future().wait();
  EXPECT_EQ(answer.wait_for(300ms), std::future_status::timeout);  // not while the program goes on
  transport_->finish_soon();
  EXPECT_EQ(answer.wait_for(3s), std::future_status::ready);
  over.set_value();
  const auto given_up = answer.get();
  EXPECT_EQ(given_up.verdict, Verdict::deferred);
  EXPECT_THAT(given_up.text, HasSubstr("the program ended before the answer came"));
}

TEST_F(SmtpConnection, EndsThoughTheServerDoesNotSayGoodBye) {
  std::promise<void> over;
  ScriptedRelay relay([&](const Command& command) {
    if (!command.is("QUIT")) return usual_answer(command);
    over.get_future().wait();
    return std::string();
  });
  begin(relay);
  EXPECT_EQ(send().verdict, Verdict::accepted);
  const auto began = steady_clock::now();
  transport_.reset();
  const auto took = steady_clock::now() - began;
  over.set_value();
  EXPECT_GE(took, 1s);
  EXPECT_LT(took, 4s);
}

}  // namespace
}  // namespace voyages::email
