#include <gtest/gtest.h>

#include "http/message.h"

namespace voyages::http {
namespace {

Headers two_cookies() {
  Headers headers;
  headers.add("Set-Cookie", "a=1");
  headers.add("ETag", "\"x\"");
  headers.add("set-cookie", "b=2");
  return headers;
}

TEST(Headers, FindsAFieldWhateverTheCaseOfItsName) {
  const auto headers = two_cookies();
  EXPECT_EQ(headers.get("etag"), "\"x\"");
  EXPECT_EQ(headers.get("SET-COOKIE"), "a=1");
  EXPECT_EQ(headers.count("Set-Cookie"), 2U);
  EXPECT_EQ(headers.find("Date"), nullptr);
  EXPECT_EQ(headers.get("Date"), "");
}

TEST(Headers, TellsAnEmptyFieldFromAMissingOne) {
  Headers headers;
  headers.add("Origin", "");
  ASSERT_NE(headers.find("origin"), nullptr);
  EXPECT_EQ(*headers.find("origin"), "");
}

TEST(Headers, ReplacesEveryFieldOfTheNameThatIsSet) {
  auto headers = two_cookies();
  headers.set("Set-cookie", "c=3");
  EXPECT_EQ(headers.count("set-cookie"), 1U);
  EXPECT_EQ(headers.get("set-cookie"), "c=3");
  EXPECT_EQ(headers.size(), 2U);
}

TEST(Headers, RemovesEveryFieldOfAName) {
  auto headers = two_cookies();
  headers.remove("SET-COOKIE");
  EXPECT_EQ(headers.size(), 1U);
  EXPECT_EQ(headers.count("etag"), 1U);
}

TEST(Method, HasTheNameItHasOnTheWire) {
  EXPECT_EQ(to_string(Method::get), "GET");
  EXPECT_EQ(to_string(Method::del), "DELETE");
  EXPECT_EQ(to_string(Method::other), "OTHER");
}

}  // namespace
}  // namespace voyages::http
