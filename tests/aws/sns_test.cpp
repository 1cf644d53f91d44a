#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "aws/sns/notifier.h"
#include "tests/aws/local_client.h"

namespace voyages::tests {
namespace {

using aws::sns::SnsNotifier;
using testing::HasSubstr;

constexpr auto* arn = "arn:aws:sns:eu-central-1:123456789012:alarms";

/// What is logged, read back through a pipe.
class LogPipe {
 public:
  LogPipe() {
    if (::pipe(ends_) != 0) throw std::runtime_error("no pipe");
  }
  ~LogPipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  LogPipe(const LogPipe&) = delete;
  LogPipe& operator=(const LogPipe&) = delete;

  [[nodiscard]] int writer() const { return ends_[1]; }
  std::string read() {
    char bytes[4096];
    const auto count = ::read(ends_[0], bytes, sizeof bytes);
    return {bytes, static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }

 private:
  int ends_[2]{};
};

TEST(Sns, PublishesByTheQueryProtocol) {
  const Answering sns(answer("200 OK", "<PublishResponse/>"));
  LocalClient client(sns.server());
  SnsNotifier(client.get(), arn, client.log()).notify("Work failed", "a b&c=d+\n\xC3\xA9~*");
  EXPECT_THAT(sns.request(), HasSubstr("Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"));
  EXPECT_THAT(
      sns.request(),
      HasSubstr("\r\n\r\nAction=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aeu-central-1%3A123456789012"
                "%3Aalarms&Subject=Work+failed&Message=a+b%26c%3Dd%2B%0A%C3%A9~%2A"));
}

TEST(Sns, MendsWhatSnsWouldRefuse) {
  const Answering sns(answer("200 OK", "<PublishResponse/>"));
  LocalClient client(sns.server());
  SnsNotifier notifier(client.get(), arn, client.log());
  notifier.notify("\r\n\t", "\xFFx");
  EXPECT_THAT(sns.request(), HasSubstr("&Subject=Cloud+Voyages&Message=%3Fx"));
  notifier.notify("\xE2\x82\xAC\x7F\x01", "");
  EXPECT_THAT(sns.request(), HasSubstr("&Subject=%3F%3F&Message=-"));
}

TEST(Sns, LogsANoticeThatCouldNotBeSent) {
  for (const auto& bytes :
       {answer("500 Internal Server Error", ""), std::string("nonsense"), std::string(),
        answer("404 Not Found",
               "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not "
               "exist</Message></Error></ErrorResponse>")}) {
    const Answering sns(bytes);
    LocalClient client(sns.server());
    LogPipe pipe;
    Logger log(LogLevel::info, pipe.writer());
    EXPECT_NO_THROW(SnsNotifier(client.get(), arn, log).notify("Work failed", "secret-free text"));
    const auto line = pipe.read();
    EXPECT_THAT(line, HasSubstr("a notice could not be sent"));
    EXPECT_THAT(line, HasSubstr("Work failed"));
  }
}

TEST(Sns, RefusesWhatIsNoTopic) {
  LocalClient client({}, 1, "id", "secret");
  for (const auto* text : {"", "alarms", "arn:aws:sqs:eu-central-1:123456789012:alarms"}) {
    EXPECT_THROW(SnsNotifier(client.get(), text, client.log()), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace voyages::tests
