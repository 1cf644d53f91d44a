#include "base/url.h"

#include <gtest/gtest.h>

namespace voyages {
namespace {

TEST(Url, IsSplitWhereItsHostEnds) {
  const auto parts = split_url("https://user@a.example:8443/b?c=http://d#e");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->scheme, "https");
  EXPECT_EQ(parts->authority, "user@a.example:8443");
  EXPECT_EQ(parts->rest, "/b?c=http://d#e");
  EXPECT_EQ(split_url("http://a?b")->rest, "?b");
  EXPECT_EQ(split_url("http://a#b")->authority, "a");
  EXPECT_EQ(split_url("http://a")->rest, "");
  EXPECT_FALSE(split_url("/path"));
  EXPECT_FALSE(split_url("mailto:a@b.example"));
}

TEST(Url, KnowsTheNamesOfThisMachine) {
  for (const auto* host : {"localhost", "127.0.0.1", "127.255.0.1", "::1", "[::1]", "0:0:0:0:0:0:0:1"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const auto* host : {"", "[]", "localhost.example", "127.0.0.1.example", "127.example", "127.1", "128.0.0.1",
                           "0.0.0.0", "::", "[127.0.0.1]x", "::2", "example.com"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

}  // namespace
}  // namespace voyages
