#include "runtime/lambda/event.h"

#include "tests/runtime/lambda/function_fixture.h"

namespace voyages::runtime::lambda::test {
namespace {

using LambdaEvents = FunctionTest;

std::string queue_record(std::string_view id, std::string_view kind = "email.send") {
  std::string record = R"({"messageId":")";
  record.append(id).append(R"(","receiptHandle":"h","body":"{\"a\":1}","attributes":{"ApproximateReceiveCount":"3",
    "SentTimestamp":"1545082649183","SenderId":"x","ApproximateFirstReceiveTimestamp":"1545082649185"},
    "messageAttributes":{"kind":{"stringValue":")");
  record.append(kind).append(R"(","stringListValues":[],"binaryListValues":[],"dataType":"String"}},"md5OfBody":"x",
    "eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:q","awsRegion":"eu-west-1"})");
  return record;
}

std::string records(const std::vector<std::string>& list) {
  std::string event = R"({"Records":[)";
  for (const auto& record : list) event.append(event.back() == '[' ? "" : ",").append(record);
  return event + "]}";
}

std::string failures(const std::vector<std::string>& ids) {
  std::string json = R"({"batchItemFailures":[)";
  for (const auto& id : ids) {
    json.append(json.back() == '[' ? "" : ",").append(R"({"itemIdentifier":")").append(id).append("\"}");
  }
  return json + "]}";
}

TEST_F(LambdaEvents, HandsQueuedMessagesToTheWorker) {
  api.event(records({queue_record("a")}));
  run();
  ASSERT_EQ(application.worked.size(), 1U);
  const auto& message = application.worked[0];
  EXPECT_EQ(message.id, "a");
  EXPECT_EQ(message.kind, "email.send");
  EXPECT_EQ(message.body, R"({"a":1})");
  EXPECT_EQ(message.attempt, 3U);
  EXPECT_EQ(to_rfc3339(message.enqueued_at), "2018-12-17T21:37:29.183Z");
  EXPECT_EQ(api.posts().at(0).body, failures({}));
}

TEST_F(LambdaEvents, GivesBackOnlyTheMessagesThatFailed) {
  api.event(records({queue_record("a"), queue_record("b", "no such kind!"), queue_record("c"), queue_record("d"),
                     R"({"messageId":"e","eventSource":"aws:sqs","body":"x"})",
                     R"({"messageId":"f","eventSource":"aws:other"})"}));
  application.on_work = [](const store::QueueMessage& message) {
    if (message.id == "c") throw std::runtime_error("no such template");
  };
  run();
  EXPECT_EQ(application.worked.size(), 3U);
  EXPECT_EQ(api.posts().at(0).body, failures({"b", "c", "e", "f"}));
  EXPECT_EQ(logged("work failed")->at("message_id").as_string(), "c");
  EXPECT_EQ(logged("work failed")->at("work").as_string(), "email.send");
  EXPECT_EQ(log_text.find("no such kind"), std::string::npos);
}

TEST_F(LambdaEvents, GivesBackWhatWouldBeginTooLate) {
  options.queue_margin = std::chrono::milliseconds(1000);
  const auto deadline = to_ms(clock.now()) + 3000;
  api.next({.body = records({queue_record("a"), queue_record("b"), queue_record("c")}),
            .fields = FakeApi::event_fields("id-1", deadline)});
  application.on_work = [this](const store::QueueMessage&) { clock.advance(std::chrono::milliseconds(1100)); };
  run();
  EXPECT_EQ(application.worked.size(), 2U);
  EXPECT_EQ(api.posts().at(0).body, failures({"c"}));
}

// A function whose time is short would otherwise never do any work.
TEST_F(LambdaEvents, BeginsTheFirstOfABatchThoughAWholeTryMayNotFit) {
  const auto deadline = to_ms(clock.now()) + 20'000;
  api.next(
      {.body = records({queue_record("a"), queue_record("b")}), .fields = FakeApi::event_fields("id-1", deadline)});
  run();
  EXPECT_EQ(application.worked.size(), 1U);
  EXPECT_EQ(api.posts().at(0).body, failures({"b"}));
}

TEST_F(LambdaEvents, RefusesABatchOfWhichAMessageHasNoName) {
  api.event(records({queue_record("a"), queue_record("")}));
  run();
  EXPECT_TRUE(application.worked.empty());
  EXPECT_TRUE(api.posts().at(0).target.ends_with("/error"));
}

std::string s3_record(std::string_view key, std::string_view event = "ObjectCreated:Put") {
  std::string record = R"({"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventName":")";
  record.append(event).append(
      R"(","s3":{"s3SchemaVersion":"1.0","bucket":{"name":"mail","arn":"x"},"object":{"key":")");
  return record.append(key).append(R"(","size":1024,"eTag":"x","sequencer":"y"}}})");
}

TEST_F(LambdaEvents, HandsUploadsOverWithTheirKeysDecoded) {
  api.event(records({s3_record("in/a+b%2Bc%C3%BC"), s3_record("gone", "ObjectRemoved:Delete"),
                     s3_record("copied", "ObjectCreated:Copy")}));
  run();
  ASSERT_EQ(application.uploads.size(), 2U);
  EXPECT_EQ(application.uploads[0].bucket, "mail");
  EXPECT_EQ(application.uploads[0].key, "in/a b+cü");
  EXPECT_EQ(application.uploads[0].size_bytes, 1024U);
  EXPECT_EQ(application.uploads[1].key, "copied");
  EXPECT_EQ(api.posts().at(0).body, "null");
}

TEST_F(LambdaEvents, DoesTheOtherUploadsBeforeItReportsOneThatFailed) {
  api.event(records({s3_record("a"), s3_record("b")}));
  application.on_upload = [](const UploadedObject& object) {
    if (object.key == "a") throw std::runtime_error("no");
  };
  run();
  EXPECT_EQ(application.uploads.size(), 2U);
  EXPECT_TRUE(api.posts().at(0).target.ends_with("/error"));
}

TEST_F(LambdaEvents, AnswersWhatAsksForNothing) {
  api.event(R"({"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"b",
    "RequestId":"5582815E1AEA5ADF","HostId":"x"})");
  api.event(records({s3_record("gone", "ObjectRemoved:Delete")}));
  run();
  for (const auto& post : api.posts()) EXPECT_TRUE(post.target.ends_with("/response"));
  EXPECT_TRUE(application.uploads.empty());
}

TEST_F(LambdaEvents, HandsNotificationsOver) {
  api.event(R"({"Records":[{"EventVersion":"1.0","EventSubscriptionArn":"x","EventSource":"aws:sns","Sns":{
    "SignatureVersion":"1","Timestamp":"2019-01-02T12:45:07.000Z","MessageId":"95df01b4","Message":"{\"a\":1}",
    "MessageAttributes":{},"Type":"Notification","TopicArn":"arn:aws:sns:eu-west-1:1:bounces","Subject":null}}]})");
  run();
  ASSERT_EQ(application.notifications.size(), 1U);
  EXPECT_EQ(application.notifications[0].topic_arn, "arn:aws:sns:eu-west-1:1:bounces");
  EXPECT_EQ(application.notifications[0].message_id, "95df01b4");
  EXPECT_EQ(application.notifications[0].subject, "");
  EXPECT_EQ(application.notifications[0].message, R"({"a":1})");
}

TEST_F(LambdaEvents, TicksByARuleByASchedulerAndByOurOwnWord) {
  api.event(R"({"version":"0","id":"x","detail-type":"Scheduled Event","source":"aws.events","account":"1",
    "time":"2015-10-08T16:53:06Z","region":"eu-west-1","resources":["arn:aws:events:x"],"detail":{}})");
  api.event(R"({"version":"0","detail-type":"Scheduled Event","source":"aws.scheduler","detail":"{}"})");
  api.event(R"({"source":"voyages.schedule"})");
  run();
  EXPECT_EQ(application.ticks, 3);
}

TEST(LambdaEvent, KnowsWhatItDoesNotKnow) {
  const std::vector<std::pair<std::string, std::string_view>> cases{
      {"{}", unknown_event},
      {R"({"Records":[]})", invalid_event},
      {R"({"Records":[7]})", invalid_event},
      {R"({"Records":{}})", unknown_event},
      {R"({"source":"aws.events","detail-type":"EC2 Instance State-change"})", unknown_event},
      {R"({"Records":[{"eventSource":"aws:s3"}]})", invalid_event},
      {records({s3_record("%zz")}), invalid_event},
      {records({s3_record("%00")}), invalid_event},
      {records({s3_record("%ff")}), invalid_event},
      {records({s3_record("")}), invalid_event},
      {R"({"Records":[{"EventSource":"aws:sns","Sns":{"TopicArn":"a","MessageId":"b"}}]})", invalid_event},
      {R"({"Records":[{"EventSource":"aws:sns"}]})", invalid_event},
      {R"({"Records":[{"eventSource":"aws:kinesis"}]})", unknown_event},
      {"[]", invalid_event},
      {"null", invalid_event},
      {"", invalid_event},
      {R"({"a":1,"a":2})", invalid_event},
  };
  for (const auto& [json, type] : cases) {
    const auto event = parse_event(json, {});
    ASSERT_FALSE(event) << json;
    EXPECT_EQ(event.error().type, type) << json;
  }
}

}  // namespace
}  // namespace voyages::runtime::lambda::test
