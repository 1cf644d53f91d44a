#include "aws/dynamodb/attribute_values.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/strict_json.h"

namespace voyages::aws::dynamodb {

namespace {

using Texts = std::vector<std::string>;

std::string encode(const store::Item& item) {
  std::string json;
  append_item(json, item);
  return json;
}

store::Item decode(std::string_view json) { return decode_item(parse_strict_json(json).value()); }

std::string fault_of(std::string_view attributes) {
  try {
    (void)decode(R"({"PK":{"S":"P"},"SK":{"S":"S"},)" + std::string(attributes) + '}');
  } catch (const ForeignItem& foreign) {
    return foreign.what();
  }
  return {};
}

TEST(AttributeValues, WritesEveryTypeAsDynamodbWantsIt) {
  store::Item item{
      {"P", "S"},
      {{"bool", true}, {"bytes", store::Bytes{"\xFF"}}, {"list", Texts{"a", ""}}, {"n", -5}, {"t", "\"\n"}}};
  item.index = store::IndexKey{"G", "1"};
  item.expires_at = from_epoch_s(1'800'000'000) + std::chrono::milliseconds(999);
  EXPECT_EQ(encode(item),
            R"({"PK":{"S":"P"},"SK":{"S":"S"},"GSI1PK":{"S":"G"},"GSI1SK":{"S":"1"},"expires_at":{"N":"1800000000"},)"
            R"("bool":{"BOOL":true},"bytes":{"B":"/w=="},"list":{"L":[{"S":"a"},{"S":""}]},"n":{"N":"-5"},)"
            R"("t":{"S":"\"\u000a"}})");
}

TEST(AttributeValues, ReadBackWhatWasWritten) {
  store::Item item{{std::string("P\0#", 3), "\xF0\x9F\x9A\x80"},
                   {{"empty", ""},
                    {"nul", std::string("a\0b\x7F", 4)},
                    {"least", std::numeric_limits<std::int64_t>::min()},
                    {"most", std::numeric_limits<std::int64_t>::max()},
                    {"no", false},
                    {"none", Texts{}},
                    {"some \" name", Texts{"", std::string("\0", 1)}},
                    {"raw", store::Bytes{std::string("\xFF\x00\x80", 3)}},
                    {"raw empty", store::Bytes{}}}};
  EXPECT_EQ(decode(encode(item)), item);
  item.index = store::IndexKey{"G", "1"};
  item.expires_at = from_epoch_s(0);
  EXPECT_EQ(decode(encode(item)), item);
}

TEST(AttributeValues, SayWhatAnotherProgramWrote) {
  EXPECT_EQ(fault_of(R"("m":{"M":{}})"), "has an attribute m that has a type that is not used here");
  EXPECT_EQ(fault_of(R"("m":{"NULL":true})"), "has an attribute m that has a type that is not used here");
  EXPECT_EQ(fault_of(R"("m":{"SS":["a"]})"), "has an attribute m that has a type that is not used here");
  EXPECT_EQ(fault_of(R"("m":{"N":"1.5"})"), "has an attribute m that is no whole number of 64 bits");
  EXPECT_EQ(fault_of(R"("m":{"N":"9223372036854775808"})"), "has an attribute m that is no whole number of 64 bits");
  EXPECT_EQ(fault_of(R"("m":{"N":""})"), "has an attribute m that is no whole number of 64 bits");
  EXPECT_EQ(fault_of(R"("m":{"L":[{"N":"1"}]})"), "has an attribute m that is a list with something other than text");
  EXPECT_EQ(fault_of(R"("m":{"B":"?"})"), "has an attribute m that is bytes, but not in base64");
  EXPECT_EQ(fault_of(R"("m":{"N":1})"), "has an attribute m that is no attribute value");
  EXPECT_EQ(fault_of(R"("m":"text")"), "has an attribute m that is no attribute value");
  EXPECT_EQ(fault_of(R"("m":{"S":"a","N":"1"})"), "has an attribute m that is no attribute value");
  EXPECT_EQ(fault_of(R"("m":{"S":1})"), "has an attribute m that is no attribute value");
  EXPECT_EQ(fault_of(R"("m":{"L":{}})"), "has an attribute m that is no attribute value");
  EXPECT_EQ(fault_of(R"("m":{"BOOL":"true"})"), "has an attribute m that has a type that is not used here");
  EXPECT_EQ(fault_of(R"("GSI1PK":{"S":"G"})"), "has half of an index key");
  EXPECT_EQ(fault_of(R"("GSI1PK":{"N":"1"},"GSI1SK":{"S":"1"})"), "has an attribute GSI1PK that is no text");
  EXPECT_EQ(fault_of(R"("expires_at":{"S":"1"})"), "has an attribute expires_at that is no number");
  EXPECT_EQ(fault_of(R"("expires_at":{"N":"9223372036854775807"})"),
            "has an attribute expires_at that is no time in seconds");
  EXPECT_THROW(decode(R"({"PK":{"S":"P"}})"), ForeignItem);
  EXPECT_THROW(decode(R"({"PK":{"S":"P"},"SK":{"N":"1"}})"), ForeignItem);
  EXPECT_THROW(decode("[]"), ForeignItem);
  EXPECT_THROW(decode("{}"), ForeignItem);
}

}  // namespace
}  // namespace voyages::aws::dynamodb
