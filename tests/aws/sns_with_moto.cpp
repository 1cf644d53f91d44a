#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "aws/canonical_request.h"
#include "aws/sns/notifier.h"
#include "aws/sqs/queue.h"
#include "base/escape.h"
#include "tests/aws/moto.h"

namespace voyages::tests {
namespace {

namespace json = boost::json;
using aws::sns::SnsNotifier;

constexpr std::string_view account = "arn:aws:sns:eu-central-1:123456789012:";

/// A topic, and a queue that hears what it says.
class SnsWithMoto : public testing::Test {
 protected:
  void SetUp() override {
    const auto name = fresh_name("topic");
    arn = std::string(account) + name;
    client.query(aws::service::sns, "Action=CreateTopic&Version=2010-03-31&Name=" + name);
    client.json(aws::service::sqs, "AmazonSQS.CreateQueue", json::serialize(json::object{{"QueueName", name}}));
    client.query(aws::service::sns, "Action=Subscribe&Version=2010-03-31&Protocol=sqs&TopicArn=" + percent_encode(arn) +
                                        "&Endpoint=arn%3Aaws%3Asqs%3Aeu-central-1%3A123456789012%3A" + name);
    queue.emplace(client.get(), aws::sqs::QueueOptions{"https://sqs.example/123456789012/" + name, {}});
  }
  json::value heard() {
    const auto deliveries = queue->receive({}, 1, std::chrono::seconds(30));
    return deliveries.empty() ? json::value() : json::parse(deliveries[0].message.body);
  }

  MotoClient client;
  std::string arn;
  std::optional<aws::sqs::SqsQueue> queue;
};

TEST_F(SnsWithMoto, PublishesANotice) {
  SnsNotifier notifier(client.get(), arn, client.log());
  const std::string text = "Line 1 & more=50%\nL\xC3\xADnea 2 + \xF0\x9F\x9A\xA2";
  notifier.notify("Work failed: e-mail & more", text);
  const auto notice = heard();
  ASSERT_TRUE(notice.is_object());
  EXPECT_EQ(notice.at("Subject").as_string(), "Work failed: e-mail & more");
  EXPECT_EQ(notice.at("Message").as_string(), text);
}

TEST_F(SnsWithMoto, MendsASubjectThatSnsWouldRefuse) {
  SnsNotifier notifier(client.get(), arn, client.log());
  notifier.notify(" \r\n Caf\xC3\xA9\r\nclosed " + std::string(200, 'x'), "");
  const auto notice = heard();
  ASSERT_TRUE(notice.is_object());
  EXPECT_EQ(notice.at("Subject").as_string(), "Caf? closed " + std::string(87, 'x'));
  EXPECT_EQ(notice.at("Message").as_string(), "-");
}

TEST_F(SnsWithMoto, CutsATextThatIsTooLong) {
  SnsNotifier notifier(client.get(), arn, client.log());
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "\xE2\x82\xAC";
  notifier.notify("long", 'x' + text);
  const auto notice = heard();
  ASSERT_TRUE(notice.is_object());
  EXPECT_EQ(std::string_view(notice.at("Message").as_string()), ('x' + text).substr(0, 102'400));
}

TEST_F(SnsWithMoto, NeverThrows) {
  SnsNotifier missing(client.get(), std::string(account) + "none", client.log());
  EXPECT_NO_THROW(missing.notify("subject", "text"));
  MotoClient stranger("not the secret");
  SnsNotifier refused(stranger.get(), arn, client.log());
  EXPECT_NO_THROW(refused.notify("subject", "text"));
  EXPECT_TRUE(heard().is_null());
}

}  // namespace
}  // namespace voyages::tests
