#include "aws/dynamodb/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/dynamodb/local/local_table.h"

namespace voyages::aws::dynamodb::tests {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Schema : public testing::Test {
 protected:
  void make(std::string_view rest) {
    (void)local.call("CreateTable",
                     R"({"TableName":")" + name + R"(","BillingMode":"PAY_PER_REQUEST",)" + std::string(rest) + '}');
  }
  std::string fault(const std::function<void(store::Table&)>& work) {
    const SystemClock clock;
    DynamodbTable table(local.client, name, clock, local.metrics);
    try {
      work(table);
    } catch (const TableFault& found) {
      return found.what();
    }
    return {};
  }

  static constexpr std::string_view other_keys =
      R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],)"
      R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}])";

  LocalClient local;
  std::string name = new_table_name();
};

TEST_F(Schema, IsRightWhenWeMadeIt) {
  make_table(local.client, name);
  EXPECT_THAT(check_shape(local.client, name), IsEmpty());
  make_table(local.client, name);  // once more does no harm
  EXPECT_THAT(check_shape(local.client, name), IsEmpty());
}

TEST_F(Schema, MissesATable) {
  const auto missing = "there is no DynamoDB table " + name + " in eu-central-1; docs/deploy.md says how it is made";
  EXPECT_THAT(check_shape(local.client, name), ElementsAre(missing));
  EXPECT_EQ(fault([](auto& table) { (void)store::get(table, {"P", "S"}); }), missing);
  EXPECT_EQ(fault([](auto& table) { (void)table.query({.pk = "P"}); }), missing);
  EXPECT_EQ(fault([](auto& table) {
              const store::Write write = store::Put{{{"P", "S"}}};
              (void)table.write({&write, 1});
            }),
            missing);
  EXPECT_EQ(fault([](auto& table) {
              const store::Write writes[] = {store::Put{{{"P", "S"}}}, store::Delete{{"P", "T"}}};
              (void)table.write(writes);
            }),
            missing);
}

TEST_F(Schema, MissesExpiry) {
  EXPECT_TRUE(create_table(local.client, name));
  EXPECT_FALSE(create_table(local.client, name));
  EXPECT_THAT(check_shape(local.client, name), ElementsAre(HasSubstr("switch on its time to live (TTL)")));
  (void)local.call("UpdateTimeToLive", R"({"TableName":")" + name +
                                           R"(","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}})");
  EXPECT_THAT(check_shape(local.client, name),
              ElementsAre("the DynamoDB table " + name +
                          " deletes items by the time to live (TTL) attribute ttl, but needs expires_at"));
}

TEST_F(Schema, TellsOfOtherKeys) {
  make(other_keys);
  EXPECT_THAT(check_shape(local.client, name),
              ElementsAre("the DynamoDB table " + name + " has the keys id (N), but needs PK (S), SK (S)",
                          "the DynamoDB table " + name + " has no index GSI1", HasSubstr("TTL")));
  EXPECT_THROW(make_table(local.client, name), TableFault);
  const auto has_other_keys = HasSubstr(name + " has other keys or indexes than ours; `voyages doctor` says which");
  EXPECT_THAT(fault([](auto& table) { (void)store::get(table, {"P", "S"}); }), has_other_keys);
  EXPECT_THAT(fault([](auto& table) { (void)table.query({.pk = "P"}); }), has_other_keys);
  EXPECT_THAT(fault([](auto& table) {
                const store::Write write = store::Put{{{"P", "S"}}};
                (void)table.write({&write, 1});
              }),
              has_other_keys);
  EXPECT_THAT(fault([](auto& table) {
                const store::Write writes[] = {store::Put{{{"P", "S"}}}, store::Delete{{"P", "T"}}};
                (void)table.write(writes);
              }),
              has_other_keys);
}

TEST_F(Schema, TellsOfAnIndexThatDoesNotDo) {
  make(R"("AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},)"
       R"({"AttributeName":"SK","AttributeType":"S"},)"
       R"({"AttributeName":"GSI1PK","AttributeType":"S"}],)"
       R"("KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"SK","KeyType":"RANGE"}],)"
       R"("GlobalSecondaryIndexes":[{"IndexName":"GSI1","Projection":{"ProjectionType":"KEYS_ONLY"},)"
       R"("KeySchema":[{"AttributeName":"GSI1PK","KeyType":"HASH"}]}])");
  EXPECT_THAT(check_shape(local.client, name),
              ElementsAre(HasSubstr("the index GSI1 of the DynamoDB table " + name +
                                    " has the keys GSI1PK (S), but needs GSI1PK (S), GSI1SK (S)"),
                          HasSubstr("holds KEYS_ONLY, but needs ALL attributes"), HasSubstr("TTL")));
}

}  // namespace
}  // namespace voyages::aws::dynamodb::tests
