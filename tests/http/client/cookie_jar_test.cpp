#include "http/client/cookie_jar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace voyages::http::client {
namespace {

Url at(std::string_view url) { return Url::parse(url).value(); }

TEST(CookieJar, SendsACookieBackToTheHostThatSetIt) {
  CookieJar jar;
  jar.take(at("https://a.example/x/y"), "one=1");
  jar.take(at("https://a.example/x/y"), " two = 2 ; Path=/ ; HttpOnly; Secure; SameSite=Lax");
  EXPECT_EQ(jar.field(at("https://a.example/x/z")), "one=1; two=2");
  EXPECT_EQ(jar.field(at("https://a.example:8443/")), "two=2");
  EXPECT_EQ(jar.field(at("http://a.example/x")), "one=1");
  EXPECT_EQ(jar.field(at("https://a.example/xy")), "two=2");
  EXPECT_EQ(jar.field(at("https://b.example/x/z")), "");
  EXPECT_EQ(jar.field(at("https://sub.a.example/x/z")), "");
}

TEST(CookieJar, TakesNoCookieForAnotherHost) {
  CookieJar jar;
  jar.take(at("https://www.a.example/"), "one=1; Domain=.A.example");  // but for the host alone
  jar.take(at("https://www.a.example/"), "two=2; Domain=b.example");
  jar.take(at("https://www.a.example/"), "three=3; Domain=w.a.example");
  EXPECT_EQ(jar.field(at("https://www.a.example/")), "one=1");
  EXPECT_EQ(jar.field(at("https://a.example/")), "");
}

TEST(CookieJar, ReplacesAndRemoves) {
  CookieJar jar;
  jar.take(at("https://a.example/"), "one=1; Secure");
  jar.take(at("https://a.example/"), "one=2; Secure");
  EXPECT_EQ(jar.field(at("https://a.example/")), "one=2");
  jar.take(at("http://a.example/"), "one=evil");  // without TLS nobody takes its place
  jar.take(at("http://a.example/"), "two=evil; Secure");
  EXPECT_EQ(jar.field(at("https://a.example/")), "one=2");
  jar.take(at("https://a.example/"), "one=; Max-Age=0; Secure");
  EXPECT_EQ(jar.field(at("https://a.example/")), "");
}

TEST(CookieJar, IsBoundedAndPassesOverWhatIsMalformed) {
  CookieJar jar;
  for (const std::string bad : {"", "=1", "nameless", "a=b\r\nX: y", "a\x01=b", "a=\x7f"}) {
    jar.take(at("https://a.example/"), bad);
  }
  jar.take(at("https://a.example/"), "long=" + std::string(5000, 'x'));
  EXPECT_EQ(jar.field(at("https://a.example/")), "");
  for (int i = 0; i < 60; ++i) jar.take(at("https://a.example/"), "c" + std::to_string(i) + "=1");
  const auto field = jar.field(at("https://a.example/"));
  EXPECT_EQ(std::ranges::count(field, '='), 50);
  EXPECT_EQ(field.find("c9="), std::string::npos);
  EXPECT_NE(field.find("c10="), std::string::npos);
}

}  // namespace
}  // namespace voyages::http::client
