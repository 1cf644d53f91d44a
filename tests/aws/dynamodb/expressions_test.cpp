#include "aws/dynamodb/expressions.h"

#include <gtest/gtest.h>

#include <limits>

namespace voyages::aws::dynamodb {

namespace {

std::string members(const Placeholders& placeholders) {
  std::string json;
  placeholders.append_to(json);
  return json;
}

std::string condition(const std::vector<store::Condition>& conditions, Placeholders& placeholders) {
  return condition_expression(conditions, Liveness::any, 100, placeholders);
}

TEST(Expressions, AskNothingWhenThereIsNothingToAsk) {
  Placeholders placeholders;
  EXPECT_EQ(condition({}, placeholders), "");
  EXPECT_EQ(update_expression({.key = {"P", "S"}}, placeholders), "");
  EXPECT_EQ(members(placeholders), "");
}

TEST(Expressions, CountAnExpiredItemAsAbsent) {
  Placeholders placeholders;
  EXPECT_EQ(condition({store::item_exists(), store::equals("a b", 5), store::less("n", 7)}, placeholders),
            "attribute_exists(PK) AND #0 = :0 AND #1 < :1 AND (attribute_not_exists(expires_at) OR expires_at > :2)");
  EXPECT_EQ(members(placeholders), R"(,"ExpressionAttributeNames":{"#0":"a b","#1":"n"})"
                                   R"(,"ExpressionAttributeValues":{":0":{"N":"5"},":1":{"N":"7"},":2":{"N":"100"}})");
}

TEST(Expressions, AskForAttributesBesidesTheTablesOwn) {
  Placeholders placeholders;
  EXPECT_EQ(projection_expression({"name", "a b"}, placeholders), "PK, SK, GSI1PK, GSI1SK, expires_at, #0, #1");
  EXPECT_EQ(members(placeholders), R"(,"ExpressionAttributeNames":{"#1":"a b","#0":"name"})");
}

TEST(Expressions, LetAnExpiredItemPassWhereAbsenceIsWanted) {
  Placeholders placeholders;
  EXPECT_EQ(condition({store::item_absent(), store::absent("a"), store::absent("a")}, placeholders),
            "(attribute_not_exists(PK) OR expires_at <= :0) AND (attribute_not_exists(#0) OR expires_at <= :0) AND "
            "(attribute_not_exists(#0) OR expires_at <= :0)");
}

TEST(Expressions, UpdateOnlyWhatLivesAndFitsInto64Bits) {
  Placeholders placeholders;
  const store::Update update{.key = {"P", "S"}, .add = {{"down", -2}, {"up", 3}}};
  EXPECT_EQ(update_condition(update, 100, placeholders),
            "(attribute_not_exists(expires_at) OR expires_at > :0) AND "
            "(attribute_not_exists(#0) OR #0 BETWEEN :1 AND :2) AND "
            "(attribute_not_exists(#1) OR #1 BETWEEN :3 AND :4)");
  EXPECT_EQ(members(placeholders), R"(,"ExpressionAttributeNames":{"#0":"down","#1":"up"})"
                                   R"(,"ExpressionAttributeValues":{":0":{"N":"100"},)"
                                   R"(":1":{"N":"-9223372036854775806"},":2":{"N":"9223372036854775807"},)"
                                   R"(":3":{"N":"-9223372036854775808"},":4":{"N":"9223372036854775804"}})");
  using Limits = std::numeric_limits<std::int64_t>;
  Placeholders extreme;
  (void)update_condition({.key = {"P", "S"}, .add = {{"a", Limits::min()}, {"b", Limits::max()}}}, 100, extreme);
  EXPECT_EQ(members(extreme), R"(,"ExpressionAttributeNames":{"#0":"a","#1":"b"})"
                              R"(,"ExpressionAttributeValues":{":0":{"N":"100"},)"
                              R"(":1":{"N":"0"},":2":{"N":"9223372036854775807"},)"
                              R"(":3":{"N":"-9223372036854775808"},":4":{"N":"0"}})");
}

TEST(Expressions, SetAddAndRemove) {
  Placeholders placeholders;
  const store::Update update{.key = {"P", "S"},
                             .set = {{"a", "x"}},
                             .add = {{"n", 1}},
                             .remove = {"b", "c"},
                             .index = store::IndexKey{"G", "1"},
                             .expires_at = from_epoch_s(200)};
  EXPECT_EQ(update_expression(update, placeholders),
            "SET #0 = :0, GSI1PK = :1, GSI1SK = :2, expires_at = :3 ADD #1 :4 REMOVE #2, #3");
  EXPECT_EQ(members(placeholders),
            R"(,"ExpressionAttributeNames":{"#0":"a","#2":"b","#3":"c","#1":"n"})"
            R"(,"ExpressionAttributeValues":{":0":{"S":"x"},":1":{"S":"G"},":2":{"S":"1"},":3":{"N":"200"},)"
            R"(":4":{"N":"1"}})");
}

}  // namespace
}  // namespace voyages::aws::dynamodb
