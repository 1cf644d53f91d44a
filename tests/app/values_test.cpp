#include "app/values.h"

#include <gtest/gtest.h>

#include "part/values.h"

namespace voyages::app {
namespace {

using part::parse_duration;
using part::parse_origin;
using part::parse_size;
using part::show_duration;
using part::show_size;
using part::split_list;

using namespace std::chrono_literals;

TEST(Values, ReadsDurationsInFourUnits) {
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("15m"), 15min);
  EXPECT_EQ(parse_duration("12h"), 12h);
  EXPECT_EQ(parse_duration("30d"), 720h);
  EXPECT_EQ(parse_duration("0s"), 0s);
  for (const auto* bad : {"", "15", "m", "-5m", "+5m", "1.5h", "15 m", "15M", "15min", "1h30m", "99999999999999999999s",
                          "9223372036854775807d", "0x10s", " 5s"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(Values, ShowsADurationInTheLargestUnitThatFits) {
  EXPECT_EQ(show_duration(900s), "15m");
  EXPECT_EQ(show_duration(901s), "901s");
  EXPECT_EQ(show_duration(24h), "1d");
  EXPECT_EQ(show_duration(0s), "0s");
}

TEST(Values, ReadsSizesWithBinaryUnits) {
  EXPECT_EQ(parse_size("65536"), 65536U);
  EXPECT_EQ(parse_size("64KiB"), 65536U);
  EXPECT_EQ(parse_size("1 MiB"), 1048576U);
  EXPECT_EQ(show_size(1048576), "1MiB");
  EXPECT_EQ(show_size(1000), "1000");
  for (const auto* bad : {"", "MiB", "1MB", "1mib", "-1", "1.5MiB", "9223372036854775807GiB"}) {
    EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
  }
}

TEST(Values, ReadsAddressesToListenOn) {
  EXPECT_EQ(parse_listen_address("localhost:8080"), (ListenAddress{"localhost", 8080}));
  EXPECT_EQ(parse_listen_address("127.0.0.1:0"), (ListenAddress{"127.0.0.1", 0}));
  EXPECT_EQ(parse_listen_address("[::1]:80"), (ListenAddress{"::1", 80}));
  EXPECT_EQ(parse_listen_address(":65535"), (ListenAddress{"", 65535}));
  for (const auto* text : {"localhost:8080", "[::1]:80", ":65535"}) {
    EXPECT_EQ(show_listen_address(*parse_listen_address(text)), text);
  }
  for (const auto* bad : {"", "8080", "localhost", "localhost:", "localhost:65536", "localhost:-1", "localhost:80x",
                          "::1:80", "[::1]", "[::1:80", "[nonsense]:80", "http://localhost:80", "a b:80", "[]:80"}) {
    EXPECT_EQ(parse_listen_address(bad), std::nullopt) << bad;
  }
}

TEST(Values, ReadsAnOriginAndGivesItOneSpelling) {
  EXPECT_EQ(parse_origin("https://Example.COM/"), "https://example.com");
  EXPECT_EQ(parse_origin("HTTPS://example.com:443"), "https://example.com");
  EXPECT_EQ(parse_origin("http://example.com:80"), "http://example.com");
  EXPECT_EQ(parse_origin("http://[::1]:8080"), "http://[::1]:8080");
  for (const auto* bad :
       {"", "example.com", "ftp://example.com", "https://", "https://example.com/path", "https://example.com?x=1",
        "https://example.com/?", "https://example.com#top", "https://ada:secret@example.com",
        "https://example.com:99999", "https:example.com", "https://exa mple.com", "javascript://example.com"}) {
    EXPECT_EQ(parse_origin(bad), std::nullopt) << bad;
  }
}

TEST(Values, SplitsListsAtCommas) {
  using List = std::vector<std::string>;
  EXPECT_EQ(split_list(""), List{});
  EXPECT_EQ(split_list("  "), List{});
  EXPECT_EQ(split_list("a"), List{"a"});
  EXPECT_EQ(split_list(" a , b"), (List{"a", "b"}));
  EXPECT_EQ(split_list("a,,b"), (List{"a", "", "b"}));
  EXPECT_EQ(split_list("a,"), (List{"a", ""}));
}

}  // namespace
}  // namespace voyages::app
