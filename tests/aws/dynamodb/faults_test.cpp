#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <deque>
#include <mutex>

#include "aws/dynamodb/schema.h"
#include "aws/dynamodb/table.h"
#include "tests/aws/local_client.h"

namespace voyages::aws::dynamodb {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Answers requests one after the other, and keeps them.
class ScriptedDynamodb {
 public:
  struct Answer {
    std::string body;
    std::string status = "200 OK";
  };

  static Answer refusal(std::string_view code, std::string_view members = {}) {
    return {R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + std::string(code) + R"(","Message":"said so")" +
                std::string(members) + '}',
            "400 Bad Request"};
  }
  static Answer cancelled(std::string_view reasons) {
    return refusal("TransactionCanceledException", R"(,"CancellationReasons":[)" + std::string(reasons) + ']');
  }

  void answers(std::initializer_list<Answer> list) {
    const std::scoped_lock lock(mutex_);
    answers_ = list;
    bodies_.clear();
  }
  /// What was asked since `answers`.
  std::vector<std::string> bodies() {
    const std::scoped_lock lock(mutex_);
    return bodies_;
  }
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }

 private:
  void serve(voyages::tests::ServerSide& side) {
    for (auto request = side.receive(); !request.empty(); request = side.receive()) {
      const std::scoped_lock lock(mutex_);
      bodies_.push_back(request.substr(request.find("\r\n\r\n") + 4));
      const auto answer = answers_.front();
      if (answers_.size() > 1) answers_.pop_front();  // the last one stays
      side.send(voyages::tests::answer(answer.status, answer.body));
    }
  }

  std::mutex mutex_;
  std::deque<Answer> answers_;
  std::vector<std::string> bodies_;
  voyages::tests::ScriptedServer server_{[this](voyages::tests::ServerSide& side, unsigned) { serve(side); }};
};

class DynamodbFaults : public testing::Test {
 protected:
  bool write(std::vector<store::Write> writes) { return table.write(writes).has_value(); }
  static store::Write put(const std::string& sk) { return store::Put{{{"P", sk}}, {store::item_absent()}}; }

  voyages::tests::FixedCredentials credentials{"AKIDEXAMPLE", "secret"};
  http::client::Client http{http::client::Trust::amazon};
  voyages::tests::ManualClock clock;
  Logger log{LogLevel::off, STDERR_FILENO};
  Metrics metrics;
  ScriptedDynamodb dynamodb;
  Client client{{.region = "eu-central-1",
                 .endpoints = {{"DYNAMODB", {.tls = false, .host = "127.0.0.1", .port = dynamodb.port()}}}},
                credentials,
                http,
                clock,
                log,
                metrics};
  DynamodbTable table{client, "voyages", clock, metrics};
};

TEST_F(DynamodbFaults, AsksAgainForWhatABatchLeftOut) {
  dynamodb.answers(
      {{R"({"Responses":{"voyages":[{"PK":{"S":"P"},"SK":{"S":"1"}}]},"UnprocessedKeys":{"voyages":{"Keys":)"
        R"([{"PK":{"S":"P"},"SK":{"S":"2"}},{"PK":{"S":"P"},"SK":{"S":"3"}}]}}})"},
       {R"({"Responses":{"voyages":[]},"UnprocessedKeys":{"voyages":{"Keys":)"
        R"([{"PK":{"S":"P"},"SK":{"S":"2"}},{"PK":{"S":"P"},"SK":{"S":"3"}}]}}})"},
       {R"({"Responses":{"voyages":[{"SK":{"S":"3"},"PK":{"S":"P"}}]},"UnprocessedKeys":{}})"}});
  const std::vector<store::Key> keys{{"P", "3"}, {"P", "1"}, {"P", "2"}, {"P", "1"}};
  const auto items = table.get(keys, store::Consistency::eventual);
  EXPECT_THAT(items,
              ElementsAre(store::Item{{"P", "3"}}, store::Item{{"P", "1"}}, std::nullopt, store::Item{{"P", "1"}}));
  const auto bodies = dynamodb.bodies();
  ASSERT_EQ(bodies.size(), 3U);
  EXPECT_EQ(bodies[0], R"({"ReturnConsumedCapacity":"TOTAL","RequestItems":{"voyages":{"Keys":[)"
                       R"({"PK":{"S":"P"},"SK":{"S":"1"}},{"PK":{"S":"P"},"SK":{"S":"2"}},)"
                       R"({"PK":{"S":"P"},"SK":{"S":"3"}}]}}})");
  EXPECT_THAT(bodies[1], Not(HasSubstr(R"("SK":{"S":"1"})")));
  EXPECT_EQ(bodies[2], bodies[1]);
}

TEST_F(DynamodbFaults, GivesUpOnABatchThatIsAlwaysLeftOut) {
  dynamodb.answers({{R"({"Responses":{},"UnprocessedKeys":{"voyages":{"Keys":)"
                     R"([{"PK":{"S":"P"},"SK":{"S":"1"}},{"PK":{"S":"P"},"SK":{"S":"2"}}]}}})"}});
  const std::vector<store::Key> keys{{"P", "1"}, {"P", "2"}};
  EXPECT_THROW(table.get(keys, store::Consistency::eventual), store::Overloaded);
}

TEST_F(DynamodbFaults, ReadsASnapshotAgainWhenAWriteMetIt) {
  dynamodb.answers({ScriptedDynamodb::cancelled(R"({"Code":"None"},{"Code":"TransactionConflict"})"),
                    {R"({"Responses":[{"Item":{"PK":{"S":"P"},"SK":{"S":"1"}}},{}]})"}});
  const std::vector<store::Key> keys{{"P", "1"}, {"P", "2"}};
  EXPECT_THAT(table.get(keys, store::Consistency::strong), ElementsAre(store::Item{{"P", "1"}}, std::nullopt));
  EXPECT_EQ(dynamodb.bodies().size(), 2U);
}

TEST_F(DynamodbFaults, ReadsOneByOneWhatIsTooLargeForASnapshot) {
  dynamodb.answers({ScriptedDynamodb::refusal("ValidationException"),
                    {R"({"Responses":{"voyages":[{"PK":{"S":"P"},"SK":{"S":"1"}}]}})"}});
  const std::vector<store::Key> keys{{"P", "1"}, {"P", "2"}};
  EXPECT_THAT(table.get(keys, store::Consistency::strong), ElementsAre(store::Item{{"P", "1"}}, std::nullopt));
  EXPECT_THAT(dynamodb.bodies().back(), HasSubstr(R"("ConsistentRead":true)"));
}

TEST_F(DynamodbFaults, RepeatsATransactionAsItWasWhenAnotherWasInItsWay) {
  dynamodb.answers({ScriptedDynamodb::cancelled(R"({"Code":"TransactionConflict"},{"Code":"ConditionalCheckFailed"})"),
                    ScriptedDynamodb::cancelled(R"({"Code":"None"},{"Code":"ThrottlingError"})"),
                    {"{}"}});
  EXPECT_TRUE(write({put("1"), put("2")}));
  const auto bodies = dynamodb.bodies();
  ASSERT_EQ(bodies.size(), 3U);
  EXPECT_THAT(bodies[0], HasSubstr(R"("ClientRequestToken":")"));
  EXPECT_EQ(bodies[1], bodies[0]);
  EXPECT_EQ(bodies[2], bodies[0]);
}

TEST_F(DynamodbFaults, NamesTheFirstConditionThatFailed) {
  dynamodb.answers({ScriptedDynamodb::cancelled(
      R"({"Code":"None"},{"Code":"ConditionalCheckFailed"},{"Code":"TransactionConflict"},{"Code":"None"})")});
  const std::vector<store::Write> writes{put("1"), put("2"), put("3"), put("4")};
  EXPECT_EQ(table.write(writes).error(), store::ConditionFailed{1});
  EXPECT_EQ(dynamodb.bodies().size(), 1U);
}

TEST_F(DynamodbFaults, IsOverloadedWhenOthersAreAlwaysInTheWay) {
  dynamodb.answers({ScriptedDynamodb::cancelled(R"({"Code":"TransactionConflict"},{"Code":"None"})")});
  EXPECT_THROW(write({put("1"), put("2")}), store::Overloaded);
  dynamodb.answers({ScriptedDynamodb::refusal("TransactionConflictException"), {"{}"}});
  EXPECT_TRUE(write({put("1")}));
}

TEST_F(DynamodbFaults, RefusesWhatDynamodbFindsInvalid) {
  dynamodb.answers({ScriptedDynamodb::cancelled(
      R"({"Code":"None"},{"Code":"ValidationError","Message":"Item size to update has exceeded the maximum"})")});
  EXPECT_THROW(write({put("1"), put("2")}), store::InvalidWrite);
  dynamodb.answers({ScriptedDynamodb::refusal("ValidationException")});
  EXPECT_THROW(write({put("1"), put("2")}), store::InvalidWrite);
  EXPECT_THROW(write({put("1")}), store::InvalidWrite);
  dynamodb.answers({ScriptedDynamodb::refusal("IdempotentParameterMismatchException")});
  EXPECT_THROW(write({put("1"), put("2")}), Refused);
}

TEST_F(DynamodbFaults, IsUnavailableWhenTheServerFails) {
  dynamodb.answers({{"", "500 Internal Server Error"}});
  EXPECT_THROW(store::get(table, {"P", "1"}), Unavailable);
  EXPECT_THROW(table.query({.pk = "P"}), Unavailable);
  EXPECT_THROW(write({put("1")}), Unavailable);
  EXPECT_THROW(write({put("1"), put("2")}), Unavailable);
  dynamodb.answers({{"", "503 Service Unavailable"}, {"{}"}});
  EXPECT_TRUE(write({put("1")}));
}

TEST_F(DynamodbFaults, IsUnavailableWhenAnAnswerMakesNoSense) {
  for (const auto* body : {"", "[]", "null", "{", R"({"a":1,"a":2})", "\xFF", "{}{}"}) {
    dynamodb.answers({{body}});
    EXPECT_THROW(store::get(table, {"P", "1"}), Unavailable) << body;
    EXPECT_THROW(table.query({.pk = "P"}), Unavailable) << body;
  }
  dynamodb.answers({{"{}"}});
  EXPECT_THROW(table.query({.pk = "P"}), Unavailable);
  for (const auto* body :
       {R"({"__type":"TransactionCanceledException"})",
        R"({"__type":"TransactionCanceledException","CancellationReasons":5})",
        R"({"__type":"TransactionCanceledException","CancellationReasons":[]})",
        R"({"__type":"TransactionCanceledException","CancellationReasons":[5,5]})",
        R"({"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"None"}]})",
        R"({"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"ConditionalCheckFailed"}]})"}) {
    dynamodb.answers({{body, "400 Bad Request"}});
    EXPECT_THROW(write({put("1"), put("2")}), Unavailable) << body;
  }
  const std::string deep(10'000, '[');
  dynamodb.answers({{R"({"Item":)" + deep}});
  EXPECT_THROW(store::get(table, {"P", "1"}), Unavailable);
}

TEST_F(DynamodbFaults, GivesAShortPageWhenNearlyAllHasExpired) {
  dynamodb.answers({{R"({"Items":[],"LastEvaluatedKey":{"PK":{"S":"P"},"SK":{"S":"7"}}})"}});
  const auto page = table.query({.pk = "P", .limit = 3});
  EXPECT_TRUE(page.items.empty());
  EXPECT_EQ(dynamodb.bodies().size(), 16U);
  EXPECT_THAT(dynamodb.bodies().front(), HasSubstr(R"("Limit":4,)"));
  EXPECT_THAT(dynamodb.bodies().back(), HasSubstr(R"("Limit":1001,)"));
  EXPECT_THAT(dynamodb.bodies().back(), HasSubstr(R"("ExclusiveStartKey":{"PK":{"S":"P"},"SK":{"S":"7"}})"));
  dynamodb.answers({{R"({"Items":[{"PK":{"S":"P"},"SK":{"S":"8"}}]})"}});
  const auto next = table.query({.pk = "P", .limit = 3, .cursor = page.next_cursor});
  EXPECT_THAT(next.items, ElementsAre(store::Item{{"P", "8"}}));
  EXPECT_EQ(next.next_cursor, "");
  EXPECT_THAT(dynamodb.bodies().front(), HasSubstr(R"("ExclusiveStartKey":{"PK":{"S":"P"},"SK":{"S":"7"}})"));
}

TEST_F(DynamodbFaults, EndsAtTheBoundThatDynamodbIncludes) {
  const std::string at_bound =
      R"({"Items":[],"LastEvaluatedKey":{"PK":{"S":"P"},"SK":{"S":"1"},"GSI1PK":{"S":"G"},"GSI1SK":{"S":"b"}}})";
  store::Query query{.source = store::Query::Source::index, .pk = "G", .sk_from = "a", .sk_to = "b", .limit = 3};
  dynamodb.answers({{at_bound}});
  EXPECT_EQ(table.query(query).next_cursor, "");
  EXPECT_EQ(dynamodb.bodies().size(), 1U);

  query.newest_first = true;
  const ScriptedDynamodb::Answer more{at_bound};
  dynamodb.answers({more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    more,
                    {R"({"Items":[],"LastEvaluatedKey":{"PK":{"S":"P"},"SK":{"S":"1"},"GSI1PK":{"S":"G"},)"
                     R"("GSI1SK":{"S":"aa"}}})"}});
  query.cursor = table.query(query).next_cursor;
  EXPECT_EQ(dynamodb.bodies().size(), 18U);
  dynamodb.answers({{R"({"Items":[]})"}});
  EXPECT_NO_THROW(table.query(query));
}

TEST_F(DynamodbFaults, AsksTheIndexAsItIsKeyed) {
  dynamodb.answers({{R"({"Items":[]})"}});
  (void)table.query({.source = store::Query::Source::index,
                     .pk = "G",
                     .sk_from = "a",
                     .sk_to = "b",
                     .newest_first = true,
                     .limit = 1000,
                     .consistency = store::Consistency::strong});
  EXPECT_THAT(dynamodb.bodies(),
              ElementsAre(R"({"TableName":"voyages","ReturnConsumedCapacity":"TOTAL",)"
                          R"("KeyConditionExpression":"GSI1PK = :0 AND GSI1SK BETWEEN :1 AND :2",)"
                          R"~("FilterExpression":"(attribute_not_exists(expires_at) OR expires_at > :3)",)~"
                          R"("ExpressionAttributeValues":{":0":{"S":"G"},":1":{"S":"a"},":2":{"S":"b"},)"
                          R"(":3":{"N":"1800000000"}},"Limit":1001,"ScanIndexForward":false,"IndexName":"GSI1"})"));
  dynamodb.answers({{R"({"Items":[{"PK":{"S":"P"},"SK":{"S":"1"}}]})"}});
  EXPECT_THROW(table.query({.source = store::Query::Source::index, .pk = "G"}), TableFault);
}

TEST_F(DynamodbFaults, WaitsUntilANewTableCanBeUsed) {
  const std::string keys = R"("AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"}],"KeySchema":[],)"
                           R"("GlobalSecondaryIndexes":[{"IndexName":"GSI1","IndexStatus":"ACTIVE"}])";
  dynamodb.answers({{R"({"TableDescription":{}})"},
                    ScriptedDynamodb::refusal("ResourceNotFoundException"),  // for a moment
                    {R"({"Table":{"TableStatus":"CREATING",)" + keys + "}}"},
                    {R"({"Table":{"TableStatus":"ACTIVE",)" + keys + "}}"},
                    {R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})"},
                    {"{}"}});
  make_table(client, "voyages");
  EXPECT_EQ(dynamodb.bodies().size(), 6U);
  EXPECT_EQ(dynamodb.bodies().back(),
            R"({"TableName":"voyages","TimeToLiveSpecification":{"AttributeName":"expires_at","Enabled":true}})");
}

TEST_F(DynamodbFaults, SaysThatATableCannotBeUsedYet) {
  dynamodb.answers({{R"({"Table":{"TableStatus":"DELETING"}})"},
                    {R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expires_at"}})"}});
  EXPECT_THAT(check_shape(client, "voyages"),
              ElementsAre("the DynamoDB table voyages has the keys , but needs PK (S), SK (S)",
                          "the DynamoDB table voyages has no index GSI1",
                          "the DynamoDB table voyages cannot be used yet: it is DELETING"));
}

}  // namespace
}  // namespace voyages::aws::dynamodb
