#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/ses/transport.h"
#include "base/encoding.h"
#include "email/mime.h"
#include "tests/aws/local_client.h"

namespace voyages::tests {
namespace {

using aws::ses::SesTransport;
using email::Answer;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Verdict = Answer::Verdict;

constexpr auto* mail_id = "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071";

email::Message message() {
  return {.message_id = "x@example.com",
          .date = from_epoch_s(1'800'000'000),
          .from = {"Cloud", "id@example.com"},
          .to = {"", "ada@example.com"},
          .content = {"Hello", "Hello\n", "<p>Hello</p>\n"}};
}

/// What SES answers and the client asked.
struct Exchange {
  Answer answer;
  std::string request;
  int requests = 0;
};

Exchange send(const std::string& bytes, const email::Message& mail = message(), std::string_view id = mail_id,
              unsigned attempts = 1) {
  const Answering ses(bytes);
  LocalClient client(ses.server(), attempts);
  auto answer = SesTransport(client.get(), {"events"}).send(id, mail);
  return {std::move(answer), ses.request(), ses.count()};
}

std::string refusal(std::string_view code, std::string_view text) {
  return answer("400 Bad Request", R"({"message":")" + std::string(text) + R"("})",
                "x-amzn-ErrorType: " + std::string(code) + ":http://internal.amazon.com/coral/\r\n");
}

const std::string good = answer("200 OK", R"({"MessageId":"0100018c-1"})");

TEST(SesTransport, SendsTheMailWithItsTag) {
  const auto [answer, request, count] = send(good);
  EXPECT_EQ(answer.verdict, Verdict::accepted);
  EXPECT_EQ(answer.text, "Amazon SES: 0100018c-1");
  EXPECT_THAT(request, StartsWith("POST /v2/email/outbound-emails HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("/eu-central-1/ses/aws4_request"));
  EXPECT_THAT(request, HasSubstr(R"({"FromEmailAddress":"id@example.com","Destination":{"ToAddresses":)"
                                 R"(["ada@example.com"]},"Content":{"Raw":{"Data":")" +
                                 to_base64(email::to_mime(message()))));
  EXPECT_THAT(request, HasSubstr(R"("ConfigurationSetName":"events","EmailTags":[{"Name":"mail_id","Value":")" +
                                 std::string(mail_id) + R"("}]})"));
}

TEST(SesTransport, LeavesOutATagThatSesWouldRefuse) {
  EXPECT_THAT(send(good, message(), "a b").request, Not(HasSubstr("EmailTags")));
  EXPECT_THAT(send(good, message(), "").request, Not(HasSubstr("EmailTags")));
}

TEST(SesTransport, TellsWhatIsFinalFromWhatMayPass) {
  struct Case {
    std::string bytes;
    Verdict verdict;
    std::string text;
  };
  for (const auto& [bytes, verdict, text] : {
           Case{refusal("MessageRejected", "Email contains a virus."), Verdict::rejected,
                "Amazon SES: MessageRejected: Email contains a virus."},
           Case{refusal("MessageRejected", "Email address is not verified. The following failed"), Verdict::deferred,
                "Amazon SES: MessageRejected: Email address is not verified. The following failed"},
           Case{refusal("MailFromDomainNotVerifiedException", "no"), Verdict::deferred,
                "Amazon SES: MailFromDomainNotVerifiedException: no"},
           Case{refusal("AccountSuspendedException", "no"), Verdict::deferred,
                "Amazon SES: AccountSuspendedException: no"},
           Case{refusal("BadRequestException", "Illegal\\naddress"), Verdict::rejected,
                "Amazon SES: BadRequestException: Illegal address"},
           Case{refusal("SendingPausedException", "paused"), Verdict::deferred,
                "Amazon SES: SendingPausedException: paused"},
           Case{refusal("LimitExceededException", "many"), Verdict::deferred, ""},
           Case{refusal("TooManyRequestsException", "many"), Verdict::deferred, ""},
           Case{refusal("NotFoundException", "Configuration set <events> does not exist."), Verdict::deferred,
                "Amazon SES: NotFoundException: Configuration set <events> does not exist."},
           Case{refusal("AccessDeniedException", "x-amz-security-token:SECRET"), Verdict::deferred,
                "Amazon SES: AccessDeniedException"},
           Case{refusal("SignatureDoesNotMatch", "The canonical request was x-amz-security-token:SECRET"),
                Verdict::deferred, "Amazon SES: SignatureDoesNotMatch"},
           Case{refusal("SomethingNew", "?"), Verdict::deferred, "Amazon SES: SomethingNew"},
       }) {
    const auto exchange = send(bytes);
    EXPECT_EQ(exchange.answer.verdict, verdict) << bytes;
    EXPECT_THAT(exchange.answer.text, HasSubstr(text));
    EXPECT_FALSE(exchange.answer.about_recipient);
    EXPECT_THAT(exchange.answer.text, Not(HasSubstr("SECRET")));
  }
}

TEST(SesTransport, DefersWhateverTheNetworkDoes) {
  for (const auto& bytes :
       {answer("500 Internal Server Error", ""), answer("503 Service Unavailable", "<html>busy</html>"),
        answer("200 OK", "<html>Please log in</html>"), answer("200 OK", "{}"), answer("200 OK", R"({"MessageId":5})"),
        std::string(), std::string("HTTP/1.1 200 OK\r\nConte"), std::string("SMTP ready\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{")}) {
    const auto exchange = send(bytes);
    EXPECT_EQ(exchange.answer.verdict, Verdict::deferred) << bytes;
    EXPECT_FALSE(exchange.answer.text.empty());
    EXPECT_LE(exchange.answer.text.size(), 500U);
    EXPECT_EQ(exchange.answer.text.find('\n'), std::string::npos);
  }
}

TEST(SesTransport, DoesNotRepeatByItselfWhatMayHaveBeenSent) {
  const auto exchange = send(answer("500 Internal Server Error", ""), message(), mail_id, 3);
  EXPECT_EQ(exchange.requests, 1);
  EXPECT_THAT(exchange.answer.text, StartsWith("It may have been sent: "));
}

TEST(SesTransport, DefersWhenNobodyListens) {
  std::uint16_t port = 0;
  {
    const ScriptedServer gone([](ServerSide&, unsigned) {});
    port = gone.port();
  }
  LocalClient client({.tls = false, .host = "127.0.0.1", .port = port}, 1, "id", "secret");
  const auto answer = SesTransport(client.get(), {}).send(mail_id, message());
  EXPECT_EQ(answer.verdict, Verdict::deferred);
  EXPECT_THAT(answer.text, Not(HasSubstr("may have been sent")));
}

TEST(SesTransport, RefusesWhatSesDoesNotTake) {
  auto mail = message();
  mail.to.address = "j\xC3\xB6rg@example.com";
  auto exchange = send(good, mail);
  EXPECT_EQ(exchange.answer.verdict, Verdict::rejected);
  EXPECT_THAT(exchange.answer.text, HasSubstr("ASCII"));
  EXPECT_EQ(exchange.requests, 0);

  mail.to.address = "nobody";
  EXPECT_EQ(send(good, mail).answer.verdict, Verdict::rejected);
  mail = message();
  mail.from.address = "nobody";
  EXPECT_EQ(send(good, mail).answer.verdict, Verdict::deferred);
  mail = message();
  mail.attachments.push_back({"a", "application/octet-stream", std::string(31UL << 20U, 'x')});
  exchange = send(good, mail);
  EXPECT_EQ(exchange.answer.verdict, Verdict::rejected);
  EXPECT_THAT(exchange.answer.text, HasSubstr("40 MB"));
}

}  // namespace
}  // namespace voyages::tests
