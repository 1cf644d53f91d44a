#include "http/cookies.h"

#include <gtest/gtest.h>

namespace voyages::tests {
namespace {

TEST(Cookies, AreFoundByTheirWholeName) {
  struct Case {
    std::string_view field;
    std::optional<std::string_view> value;
  };
  const Case cases[] = {
      {"a=1", "1"},
      {"b=2; a=1; c=3", "1"},
      {"b=2;a=1", "1"},
      {"a=\"1\"", "1"},
      {"a=", ""},
      {"a=x=y", "x=y"},
      {"", std::nullopt},
      {"a", std::nullopt},
      {"A=1", std::nullopt},
      {"xa=1", std::nullopt},
      {"ax=1", std::nullopt},
      {"b=a=1", std::nullopt},
      {"a=1; a=1", std::nullopt},
      {"a=1; b=2; a=3", std::nullopt},
      {"a=1 2", std::nullopt},
      {"a=\"1", std::nullopt},
      {"a=1\\2", std::nullopt},
      {"a=caf\xc3\xa9", std::nullopt},
      {";;; ;a=1;", "1"},
  };
  for (const auto& [field, value] : cases) EXPECT_EQ(http::find_cookie(field, "a"), value) << field;
}

TEST(Cookies, AreOneListHoweverManyFieldsTheyCameIn) {
  http::Headers headers;
  headers.add("Cookie", "a=1; b=2");
  headers.add("cookie", "c=3");
  EXPECT_EQ(http::find_cookie(headers, "c"), "3");
  EXPECT_EQ(http::find_cookie(headers, "b"), "2");
  headers.add("Cookie", "b=4");
  EXPECT_EQ(http::find_cookie(headers, "b"), std::nullopt);
  EXPECT_EQ(http::find_cookie(http::Headers(), "a"), std::nullopt);
}

}  // namespace
}  // namespace voyages::tests
