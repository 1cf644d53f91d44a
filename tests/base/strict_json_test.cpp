#include "base/strict_json.h"

#include <gtest/gtest.h>

#include <cmath>

namespace voyages {
namespace {

namespace json = boost::json;
using FaultKind = JsonFault::Kind;

std::optional<FaultKind> fault(std::string_view text, JsonLimits limits = {}) {
  const auto value = parse_strict_json(text, limits);
  return value ? std::nullopt : std::optional(value.error().kind);
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(StrictJson, ReadsWhatBoostReads) {
  const std::string text =
      R"({"a":[1,-2,3.5,true,false,null,"x\u0000\u00fc\ud83d\ude80\n"],"b":{"a":{"a":{}}},"":[],"c":[{}]})";
  const auto value = parse_strict_json(text);
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, json::parse(text));
  EXPECT_EQ(parse_strict_json(" \t\r\n1\n").value(), 1);
  EXPECT_EQ(parse_strict_json("\"\\u0000\"").value().as_string(), json::string_view("\0", 1));
}

TEST(StrictJson, RefusesADuplicateNameAtAnyDepth) {
  for (const char* text : {R"({"a":1,"a":1})", R"({"b":{"a":1,"c":2,"a":1}})", R"([[{"x":{"a":1,"a":2}}]])",
                           R"({"a":{"b":1},"c":[],"a":{}})", R"({"a":1,"\u0061":2})", R"({"\u0061":1,"a":2})",
                           R"({"\u0061":1,"\u0061":2})"}) {
    const auto value = parse_strict_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().kind, FaultKind::duplicate_name) << text;
    EXPECT_EQ(value.error().name, "a") << text;
  }
  EXPECT_EQ(fault(R"({"":1,"":2})"), FaultKind::duplicate_name);
}

TEST(StrictJson, AllowsTheSameNameInDifferentObjects) {
  EXPECT_TRUE(parse_strict_json(R"({"a":{"a":[{"a":1},{"a":2}]},"b":{"a":3},"A":4,"a\u0000":5,"aa":6})"));
}

TEST(StrictJson, FindsADuplicateAmongManyAndAmongLongNames) {
  std::string members;
  for (int i = 0; i < 5000; ++i) members += "\"name" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  EXPECT_TRUE(parse_strict_json("{" + members + "\"last\":0}"));
  EXPECT_EQ(fault("{" + members + "\"name17\":0}"), FaultKind::duplicate_name);
  EXPECT_EQ(fault("{" + members + "\"nam\\u006517\":0}"), FaultKind::duplicate_name);
  // Longer than the parser's buffer for names with escapes, so that they arrive in parts.
  const std::string name(20'000, 'n');
  EXPECT_EQ(fault("{\"" + name + "\\t\":1,\"" + name + "\\u0009\":2}"), FaultKind::duplicate_name);
  const auto both = parse_strict_json("{\"" + name + "\\t1\":1,\"" + name + "\\t2\":2}");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->as_object().size(), 2U);
  EXPECT_EQ(both->at(name + "\t2"), 2);
}

TEST(StrictJson, RefusesBytesThatAreNotUtf8) {
  for (const char* bytes : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"}) {
    EXPECT_EQ(fault("[\"" + std::string(bytes) + "\"]"), FaultKind::not_utf8);
    EXPECT_EQ(fault("{\"" + std::string(bytes) + "\":1}"), FaultKind::not_utf8);
  }
}

TEST(StrictJson, RefusesLoneSurrogates) {
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800\ud800")", R"("\ud800x")", R"("\udc00\ud800")",
                           R"({"\ud800":1})", R"("\ud83d\u0041")"}) {
    EXPECT_EQ(fault(text), FaultKind::syntax) << text;
  }
}

TEST(StrictJson, StopsAtTheDepthGiven) {
  EXPECT_TRUE(parse_strict_json(nested(32)));
  EXPECT_EQ(fault(nested(33)), FaultKind::too_deep);
  EXPECT_EQ(fault(std::string(100'000, '[')), FaultKind::too_deep);
  EXPECT_EQ(fault(R"({"a":{"b":1}})", {.max_depth = 1}), FaultKind::too_deep);
  EXPECT_TRUE(parse_strict_json(R"({"a":{"b":1}})", {.max_depth = 2}));
}

TEST(StrictJson, RefusesNumbersBeyondADouble) {
  for (const char* text : {"1e999", "-1e999", "[1e309]", "1e99999999999999999999", "123456789e400"}) {
    EXPECT_EQ(fault(text), FaultKind::syntax) << text;
  }
  EXPECT_EQ(fault(std::string(400, '9')), FaultKind::syntax);
  EXPECT_EQ(parse_strict_json("1e-999").value(), 0.0);
}

TEST(StrictJson, KeepsIntegersExactAsLongAsTheyFit) {
  EXPECT_EQ(parse_strict_json("-9223372036854775808").value(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_strict_json("18446744073709551615").value(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(parse_strict_json("18446744073709551616").value().is_double());
  EXPECT_TRUE(parse_strict_json("-9223372036854775809").value().is_double());
  EXPECT_TRUE(parse_strict_json("99999999999999999999").value().is_double());
  EXPECT_EQ(parse_strict_json("-0").value().to_number<double>(), 0.0);
}

TEST(StrictJson, RefusesWhatIsNotOneJsonText) {
  for (const char* text : {"",        " ",         "{",          "[1",       "\"a",       "{}x",
                           "{} {}",   "[1,]",      "{\"a\":1,}", "{a:1}",    "{'a':1}",   "\xEF\xBB\xBF{}",
                           "// c\n1", "/**/1",     "NaN",        "Infinity", "-Infinity", "+1",
                           "01",      "1.",        ".5",         "0x10",     "nul",       "tru",
                           "\"\t\"",  "\"\\x41\"", "\"\\u12\"",  "1 2",      "-",         "--1",
                           "1e",      "[}"}) {
    EXPECT_EQ(fault(text), FaultKind::syntax) << text;
  }
  EXPECT_EQ(fault(std::string_view("{}\0", 3)), FaultKind::syntax);
  EXPECT_EQ(fault(std::string_view("\"\0\"", 3)), FaultKind::syntax);
}

TEST(StrictJson, SaysWhereItStopped) {
  EXPECT_EQ(parse_strict_json("[1,2,x]").error().offset, 5U);
  EXPECT_EQ(parse_strict_json("{} {}").error().offset, 3U);
}

}  // namespace
}  // namespace voyages
