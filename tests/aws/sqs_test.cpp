#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/sqs/queue.h"
#include "tests/aws/local_client.h"

namespace voyages::tests {
namespace {

using aws::sqs::SqsQueue;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr auto* url = "https://sqs.eu-central-1.amazonaws.com/123456789012/voyages";

/// A queue whose every request is answered alike.
struct Bench {
  explicit Bench(std::string bytes, unsigned attempts = 1) : sqs(std::move(bytes)), client(sqs.server(), attempts) {}

  Answering sqs;
  LocalClient client;
  SqsQueue queue{client.get(), {url, 7s}};
};

TEST(Sqs, SendsABodyAsItIs) {
  Bench bench(answer("200 OK", R"({"MessageId":"m-1","MD5OfMessageBody":"x"})"));
  EXPECT_EQ(bench.queue.send("email.send", "{\"a\":\"\xC3\xA9\"}", {.delay = 900s}), "m-1");
  const auto request = bench.sqs.request();
  EXPECT_THAT(request, HasSubstr("POST / HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("X-Amz-Target: AmazonSQS.SendMessage\r\n"));
  EXPECT_THAT(request, HasSubstr("Content-Type: application/x-amz-json-1.0\r\n"));
  EXPECT_THAT(request, HasSubstr(R"({"MessageBody":"{\"a\":\")"
                                 "\xC3\xA9"
                                 R"(\"}","DelaySeconds":900,"MessageAttributes":{"kind":{"DataType":"String",)"
                                 R"("StringValue":"email.send"}},"QueueUrl":"https://sqs.eu-central-1.amazonaws.com/)"
                                 R"(123456789012/voyages"})"));
}

TEST(Sqs, AsksForWhatADeliveryNeeds) {
  Bench bench(answer("200 OK", "{}"));
  EXPECT_TRUE(bench.queue.receive({}, 25, 24h).empty());
  EXPECT_EQ(bench.sqs.count(), 1);
  EXPECT_THAT(bench.sqs.request(),
              HasSubstr(R"({"MaxNumberOfMessages":10,"VisibilityTimeout":43200,"WaitTimeSeconds":7,)"
                        R"("MessageSystemAttributeNames":["ApproximateReceiveCount","SentTimestamp"],)"
                        R"("MessageAttributeNames":["kind"],)"));
}

TEST(Sqs, TakesWhatOthersPutIntoTheQueue) {
  Bench bench(answer("200 OK", R"({"Messages":[
    {"MessageId":"1","ReceiptHandle":"r1","Body":"x",
     "Attributes":{"ApproximateReceiveCount":"-5","SentTimestamp":"soon"},
     "MessageAttributes":{"kind":{"DataType":"Binary","BinaryValue":"eA=="}}},
    {"MessageId":"2","ReceiptHandle":"r2","Body":"y","Attributes":{"ApproximateReceiveCount":"99999999999999999999"}},
    {"MessageId":"3","ReceiptHandle":"r3"}, {"MessageId":"without a receipt"}, 5, null]})"));
  const auto deliveries = bench.queue.receive({}, 10, 30s);
  ASSERT_EQ(deliveries.size(), 3U);
  EXPECT_EQ(deliveries[0].message.kind, "");
  EXPECT_EQ(deliveries[0].message.attempt, 1U);
  EXPECT_EQ(deliveries[0].message.enqueued_at, Time{});
  EXPECT_EQ(deliveries[1].message.attempt, 1U);
  EXPECT_EQ(deliveries[2].message.body, "");
  EXPECT_EQ(deliveries[2].receipt, "qr3");
}

TEST(Sqs, SaysWhenItsAnswerIsNonsense) {
  for (const auto* body : {"<html>", "[]", "5", "{", "\xFF"}) {
    Bench bench(answer("200 OK", body));
    EXPECT_THROW(bench.queue.send("k", "x"), Unavailable) << body;
    EXPECT_THROW(bench.queue.receive({}, 1, 30s), Unavailable) << body;
    EXPECT_THROW(bench.queue.acknowledge("qr"), Unavailable) << body;
  }
  Bench without_id(answer("200 OK", "{}"));
  EXPECT_THROW(without_id.queue.send("k", "x"), Unavailable);
  Bench without_list(answer("200 OK", R"({"Messages":"none"})"));
  EXPECT_THROW(without_list.queue.receive({}, 1, 30s), Unavailable);
}

TEST(Sqs, SaysWhenTheServiceIsAway) {
  for (const auto& bytes :
       {answer("500 Internal Server Error", ""), answer("503 Slow Down", R"({"__type":"ServiceUnavailable"})"),
        answer("400 Bad Request", R"({"__type":"ThrottlingException"})"), std::string("HTTP/1.1 200 OK\r\nContent-Le"),
        std::string("nonsense\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{")}) {
    Bench bench(bytes);
    EXPECT_THROW(bench.queue.send("k", "x"), Unavailable) << bytes;
    EXPECT_THROW(bench.queue.release("qr", 0s, ""), Unavailable) << bytes;
  }
}

TEST(Sqs, SendsAgainWhatMayHaveArrived) {
  const auto done = answer("200 OK", R"({"MessageId":"m"})");
  ScriptedServer server([&](ServerSide& side, unsigned number) {
    side.receive();
    if (number > 0) side.send(done);
  });
  LocalClient client(server, 3);
  EXPECT_EQ(SqsQueue(client.get(), {url, 0s}).send("k", "x"), "m");
  EXPECT_EQ(server.connections(), 2U);
}

TEST(Sqs, KeepsWhatItReceivedWhenTheNextBatchFails) {
  ScriptedServer server([](ServerSide& side, unsigned number) {
    std::string list;
    for (int i = 0; i < 10; ++i) list += R"({"MessageId":"m","ReceiptHandle":"r","Body":"b"},)";
    list.pop_back();
    side.receive();
    if (number == 0) side.send(answer("200 OK", R"({"Messages":[)" + list + "]}", "Connection: close\r\n"));
    if (number > 0) side.send(answer("500 Internal Server Error", ""));
  });
  LocalClient client(server);
  SqsQueue queue(client.get(), {url, 0s});
  EXPECT_EQ(queue.receive({}, 20, 30s).size(), 10U);
  EXPECT_THROW(queue.receive({}, 20, 30s), Unavailable);
}

TEST(Sqs, TellsAReceiptThatSqsDoesNotKnow) {
  for (const auto* code : {"ReceiptHandleIsInvalid", "com.amazonaws.sqs#MessageNotInflight"}) {
    Bench bench(answer("400 Bad Request", R"({"__type":")" + std::string(code) + R"("})"));
    EXPECT_FALSE(bench.queue.acknowledge("qr")) << code;
    EXPECT_FALSE(bench.queue.release("qr", 1s, "")) << code;
  }
  Bench missing(answer("400 Bad Request", R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist"})"));
  EXPECT_THROW(missing.queue.acknowledge("qr"), aws::Refused);
  EXPECT_FALSE(missing.queue.acknowledge(""));
}

TEST(Sqs, RefusesWhatIsNoQueuesUrl) {
  LocalClient client({}, 1, "id", "secret");
  for (const auto* text : {"", "voyages", "https://sqs.eu-central-1.amazonaws.com", "https://\xFF/1/q"}) {
    EXPECT_THROW(SqsQueue(client.get(), {text, 0s}), std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace voyages::tests
