#include "http/forwarded.h"

#include <gtest/gtest.h>

namespace voyages::tests {
namespace {

using http::TrustedProxies;

http::Request request(std::string peer, const std::vector<std::pair<std::string, std::string>>& fields) {
  http::Request made{.target = "/", .peer_ip = std::move(peer)};
  for (const auto& [name, value] : fields) made.headers.add(name, value);
  return made;
}

TEST(Forwarded, IgnoresWhatAnUntrustedPeerSays) {
  const auto proxies = TrustedProxies::parse({"10.0.0.0/8"}).value();
  EXPECT_EQ(client_ip(request("203.0.113.7", {{"X-Forwarded-For", "1.2.3.4"}}), proxies), "203.0.113.7");
  EXPECT_EQ(client_ip(request("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}}), TrustedProxies()), "10.0.0.1");
  EXPECT_FALSE(is_secure(request("203.0.113.7", {{"X-Forwarded-Proto", "https"}}), proxies));
}

TEST(Forwarded, TakesTheLastAddressThatIsNoProxyOfOurs) {
  const auto proxies = TrustedProxies::parse({"10.0.0.0/8", "192.0.2.1", "::1", "2001:db8:aaaa::/48"}).value();
  struct Case {
    std::string peer;
    std::vector<std::string> fields;
    std::string client;
  };
  const Case cases[] = {
      {"10.0.0.1", {}, "10.0.0.1"},
      {"10.0.0.1", {"203.0.113.7"}, "203.0.113.7"},
      {"10.0.0.1", {"6.6.6.6, 203.0.113.7"}, "203.0.113.7"},
      {"10.0.0.1", {"203.0.113.7, 192.0.2.1, 10.9.9.9"}, "203.0.113.7"},
      {"10.0.0.1", {"6.6.6.6", "203.0.113.7"}, "203.0.113.7"},
      {"10.0.0.1", {"203.0.113.7", "10.9.9.9"}, "203.0.113.7"},
      {"10.0.0.1", {"10.9.9.9"}, "10.9.9.9"},
      {"10.0.0.1", {"6.6.6.6, nonsense"}, "10.0.0.1"},
      {"10.0.0.1", {"nonsense, 203.0.113.7"}, "203.0.113.7"},
      {"10.0.0.1", {"203.0.113.7,"}, "10.0.0.1"},
      {"10.0.0.1", {" 203.0.113.7 "}, "203.0.113.7"},
      {"::1", {"2001:db8::7"}, "2001:db8::7"},
      {"::1", {"2001:db8::7, 2001:db8:aaaa:1::2"}, "2001:db8::7"},
      {"::ffff:10.0.0.1", {"203.0.113.7"}, "203.0.113.7"},
  };
  for (const auto& [peer, fields, client] : cases) {
    std::vector<std::pair<std::string, std::string>> headers;
    for (const auto& field : fields) headers.emplace_back("x-forwarded-for", field);
    EXPECT_EQ(client_ip(request(peer, headers), proxies), client) << (fields.empty() ? "" : fields[0]);
  }
}

TEST(Forwarded, BelievesATrustedProxyThatItIsSecure) {
  const auto proxies = TrustedProxies::parse({"10.0.0.0/8"}).value();
  EXPECT_TRUE(is_secure(request("10.0.0.1", {{"X-Forwarded-Proto", "https"}}), proxies));
  EXPECT_TRUE(is_secure(request("10.0.0.1", {{"X-Forwarded-Proto", "http, https"}}), proxies));
  EXPECT_FALSE(
      is_secure(request("10.0.0.1", {{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Proto", "http"}}), proxies));
  EXPECT_FALSE(is_secure(request("10.0.0.1", {}), proxies));
  http::Request encrypted{.target = "/", .peer_ip = "203.0.113.7", .tls = true};
  EXPECT_TRUE(is_secure(encrypted, proxies));
}

TEST(Forwarded, ReadsRangesStrictly) {
  for (const auto* range :
       {"10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "", "all"}) {
    EXPECT_FALSE(TrustedProxies::parse({range})) << range;
  }
  const auto odd = TrustedProxies::parse({"192.0.2.128/25", "0.0.0.0/0"}).value();
  EXPECT_TRUE(odd.contains("8.8.8.8"));
  EXPECT_FALSE(odd.contains("2001:db8::1"));
  const auto half = TrustedProxies::parse({"192.0.2.128/25"}).value();
  EXPECT_TRUE(half.contains("192.0.2.200"));
  EXPECT_FALSE(half.contains("192.0.2.127"));
  EXPECT_FALSE(half.contains("nonsense"));
}

}  // namespace
}  // namespace voyages::tests
