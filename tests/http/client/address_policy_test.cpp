#include "http/client/address_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/client/stream.h"

namespace voyages::http::client {
namespace {

using boost::asio::ip::make_address;
using testing::ElementsAre;
using testing::HasSubstr;

AddressPolicy allowing(const std::vector<std::string>& ranges) {
  return {AddressRanges::parse(ranges).value(), "outgoing_allow"};
}

TEST(AddressPolicy, TakesThePublicInternet) {
  const AddressPolicy policy;
  for (const auto* address : {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",
                              "11.0.0.0",        "100.63.255.255",  "100.128.0.0",
                              "126.255.255.255", "128.0.0.0",       "172.15.255.255",
                              "172.32.0.0",      "192.167.255.255", "192.169.0.0",
                              "198.17.255.255",  "198.20.0.0",      "223.255.255.255",
                              "2001:200::1",     "2606:4700::1111", "2a00:1450:4001::200e",
                              "::ffff:1.1.1.1",  "64:ff9b::1.1.1.1"}) {
    EXPECT_FALSE(policy.refusal(make_address(address))) << address;
  }
}

TEST(AddressPolicy, RefusesWhatIsNotThere) {
  const AddressPolicy policy;
  const std::pair<const char*, const char*> examples[] = {{"0.0.0.0", "this network"},
                                                          {"10.0.0.1", "private"},
                                                          {"10.255.255.255", "private"},
                                                          {"100.64.0.1", "carriers"},
                                                          {"100.127.255.255", "carriers"},
                                                          {"127.0.0.1", "loopback"},
                                                          {"127.255.255.255", "loopback"},
                                                          {"169.254.169.254", "link-local"},
                                                          {"168.63.129.16", "Azure"},
                                                          {"172.16.0.1", "private"},
                                                          {"172.31.255.255", "private"},
                                                          {"192.0.0.170", "protocols"},
                                                          {"192.0.2.1", "documentation"},
                                                          {"192.88.99.1", "6to4"},
                                                          {"192.168.1.1", "private"},
                                                          {"198.18.0.1", "benchmarks"},
                                                          {"198.19.255.255", "benchmarks"},
                                                          {"224.0.0.1", "multicast"},
                                                          {"239.255.255.250", "multicast"},
                                                          {"240.0.0.1", "reserved"},
                                                          {"255.255.255.255", "broadcast"},
                                                          {"::", "unspecified"},
                                                          {"::1", "loopback"},
                                                          {"::127.0.0.1", "reserved"},
                                                          {"::ffff:127.0.0.1", "loopback"},
                                                          {"::ffff:169.254.169.254", "link-local"},
                                                          {"::ffff:0:127.0.0.1", "reserved"},
                                                          {"64:ff9b::127.0.0.1", "loopback"},
                                                          {"64:ff9b::10.0.0.1", "private"},
                                                          {"64:ff9b:1::1.1.1.1", "translated locally"},
                                                          {"100::1", "discard"},
                                                          {"2001::1", "Teredo"},
                                                          {"2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"},
                                                          {"2001:20::1", "protocols"},
                                                          {"2001:db8::1", "documentation"},
                                                          {"2002:7f00:1::1", "6to4"},
                                                          {"2002:c0a8:101::1", "6to4"},
                                                          {"3fff::1", "documentation"},
                                                          {"4000::1", "reserved"},
                                                          {"5f00::1", "segment routing"},
                                                          {"fd00::1", "unique local"},
                                                          {"fd00:ec2::254", "unique local"},
                                                          {"fe80::1", "link-local"},
                                                          {"fe80::1%1", "link-local"},
                                                          {"fec0::1", "reserved"},
                                                          {"ff02::1", "multicast"}};
  for (const auto& [address, why] : examples) {
    const auto refusal = policy.refusal(make_address(address));
    ASSERT_TRUE(refusal) << address;
    EXPECT_THAT(*refusal, HasSubstr(why)) << address;
  }
}

TEST(AddressPolicy, TakesWhatTheOperatorAllowsAndNamesTheSetting) {
  const auto policy = allowing({"10.1.0.0/16", "fd00::/64"});
  for (const auto* address : {"10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "fd00::7"}) {
    EXPECT_FALSE(policy.refusal(make_address(address))) << address;
  }
  for (const auto* address : {"10.2.0.1", "127.0.0.1", "fd00:0:0:1::7"}) {
    EXPECT_THAT(policy.refusal(make_address(address)).value_or(""), HasSubstr("the setting outgoing_allow")) << address;
  }
}

TEST(AddressPolicy, LeavesOutWhatItRefuses) {
  const AddressPolicy policy;
  EXPECT_THAT(policy.choose({make_address("10.0.0.1"), make_address("1.1.1.1"), make_address("::1")}),
              ElementsAre(make_address("1.1.1.1")));
  EXPECT_THROW((void)policy.choose({make_address("10.0.0.1"), make_address("::1")}), StreamFailed);
}

}  // namespace
}  // namespace voyages::http::client
