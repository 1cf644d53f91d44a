#include <gtest/gtest.h>

#include "http/client/client.h"

namespace voyages::http::client {
namespace {

TEST(Origin, ReadsSchemeHostAndPort) {
  EXPECT_EQ(Origin::parse("https://example.com"), (Origin{true, "example.com", 443}));
  EXPECT_EQ(Origin::parse("HTTPS://Example.COM/"), (Origin{true, "example.com", 443}));
  EXPECT_EQ(Origin::parse("http://localhost:8000"), (Origin{false, "localhost", 8000}));
  EXPECT_EQ(Origin::parse("http://[::1]:8000/"), (Origin{false, "::1", 8000}));
  EXPECT_EQ(Origin::parse("http://127.0.0.1"), (Origin{false, "127.0.0.1", 80}));
}

TEST(Origin, RefusesWhatIsMoreOrLess) {
  for (const auto* url : {"",
                          "example.com",
                          "ftp://example.com",
                          "https://",
                          "https:///",
                          "https://example.com/path",
                          "https://a?b",
                          "https://a#b",
                          "https://user@a",
                          "https://user:password@a",
                          "https://a:0",
                          "https://a:65536",
                          "https://a:",
                          "https://a:1x",
                          "https://[::1",
                          "https://[1.2.3.4]",
                          "https://[::1]x",
                          "https://::1",
                          "https://a b",
                          "https://\xc3\xa4.example",
                          "https://a//",
                          "https://a\r\nX: y"}) {
    EXPECT_FALSE(Origin::parse(url)) << url;
  }
}

TEST(Origin, NamesThePortOnlyWhereItIsNotTheUsualOne) {
  EXPECT_EQ((Origin{true, "example.com", 443}).authority(), "example.com");
  EXPECT_EQ((Origin{true, "example.com", 80}).authority(), "example.com:80");
  EXPECT_EQ((Origin{false, "example.com", 80}).authority(), "example.com");
  EXPECT_EQ((Origin{false, "::1", 8000}).authority(), "[::1]:8000");
}

}  // namespace
}  // namespace voyages::http::client
