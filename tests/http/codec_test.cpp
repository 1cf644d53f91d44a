#include "http/codec.h"

#include <gtest/gtest.h>

namespace voyages::tests {

struct Inner {
  std::string text;
  std::optional<http::Integer<0, 9>> number;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (text, number))

struct Outer {
  Secret secret;
  std::vector<Inner> list;
  std::variant<Inner, std::string> either;
  Time at;
  bool yes;
  std::int64_t least;
  boost::json::object free;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (secret, list, either, at, yes, least, free))

namespace {

template <class T>
std::string written(const T& value) {
  std::string out;
  http::write_json(out, value);
  return out;
}

TEST(Codec, WritesStructsInTheOrderOfTheirDeclaration) {
  const Outer outer{Secret(std::string_view("s")),
                    {{"a", http::Integer<0, 9>{1}}, {"b", std::nullopt}},
                    std::string("or"),
                    from_epoch_s(0),
                    true,
                    INT64_MIN,
                    {{"k", nullptr}}};
  EXPECT_EQ(written(outer),
            R"({"secret":"s","list":[{"text":"a","number":1},{"text":"b"}],"either":"or",)"
            R"("at":"1970-01-01T00:00:00.000Z","yes":true,"least":-9223372036854775808,"free":{"k":null}})");
}

TEST(Codec, WritesTextThatAnyJsonReaderTakes) {
  for (const std::string_view text : {std::string_view("\"\\/\b\f\n\r\t"), std::string_view("\0\x1f\x7f", 3),
                                      std::string_view("</script>"), std::string_view("\u00e9\u2028\U0001F600")}) {
    EXPECT_EQ(boost::json::parse(written(std::string(text))).as_string(), text);
  }
  EXPECT_EQ(boost::json::parse(written(std::string("a\xff"))).as_string(), "a\ufffd");
}

TEST(Codec, ReadsWhatItWrote) {
  http::FieldReport report;
  const Inner inner{"caf\u00e9 \"x\"", http::Integer<0, 9>{7}};
  const auto back = http::read_json<Inner>(boost::json::parse(written(inner)), report);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->text, inner.text);
  EXPECT_TRUE(report.clean());
}

}  // namespace
}  // namespace voyages::tests
