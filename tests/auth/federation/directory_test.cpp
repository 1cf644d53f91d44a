#include "auth/federation/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "auth/federation/single_flight.h"
#include "tests/auth/federation/federation_scenario.h"

namespace voyages::auth::federation {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const Time today = Time(std::chrono::days(20'000));

http::client::GuardedClient local_client() {
  return {{http::AddressRanges::parse({"127.0.0.0/8"}).value(), "outgoing_allow"},
          std::make_shared<http::client::SystemResolver>()};
}

TEST(SingleFlight, LetsOneFetchForAllThatComeMeanwhile) {
  SingleFlight<int> flights(3);
  std::promise<void> end;
  const auto ended = end.get_future().share();
  std::atomic<int> fetches{0};
  std::atomic<int> waiting{0};
  const auto fetch = [&] {
    ++fetches;
    ended.wait();
    return 7;
  };
  std::vector<std::jthread> callers;
  callers.emplace_back([&] { EXPECT_EQ(flights.run("a", fetch), 7); });
  while (fetches == 0) std::this_thread::yield();
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([&] {
      ++waiting;
      EXPECT_EQ(flights.run("a", fetch), 7);
    });
  }
  while (waiting < 2) std::this_thread::yield();
  std::this_thread::sleep_for(20ms);
  // One more than may wait is told at once; another key is none of its business.
  EXPECT_THROW(flights.run("a", fetch), UpstreamFailed);
  EXPECT_EQ(flights.run("b", [] { return 8; }), 8);
  end.set_value();
  callers.clear();
  EXPECT_EQ(fetches, 1);
  EXPECT_EQ(flights.run("a", [] { return 9; }), 9);
}

TEST(SingleFlight, TellsAllOfAFailureAndTriesAgainLater) {
  SingleFlight<int> flights(2);
  EXPECT_THROW(flights.run("a", []() -> int { throw UpstreamFailed("down"); }), UpstreamFailed);
  EXPECT_THROW(flights.run("a", []() -> int { throw std::logic_error("odd"); }), UpstreamFailed);
  EXPECT_EQ(flights.run("a", [] { return 1; }), 1);
}

TEST(Directory, AsksAnIssuerOnceHoweverManyWantItsMetadata) {
  tests::FakeOpenId openid;
  openid.server.on("/.well-known/openid-configuration", [&](const auto&) {
    std::this_thread::sleep_for(50ms);
    return tests::JsonAnswer{openid.metadata};
  });
  auto client = local_client();
  Upstream upstream(client, 4);
  Directory directory(upstream, 100);
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 20; ++i) {
      callers.emplace_back(
          [&] { EXPECT_EQ(directory.metadata(openid.server.url(), today)->issuer, openid.server.url()); });
    }
  }
  EXPECT_EQ(openid.server.received("/.well-known/openid-configuration").size(), 1U);
}

TEST(Directory, LeavesAnIssuerAloneWhoseKeysCouldNotBeHad) {
  tests::FakeOpenId openid;
  openid.server.on("/jwks", [](const auto&) { return tests::JsonAnswer{nullptr, 500}; });
  auto client = local_client();
  Upstream upstream(client, 4);
  Directory directory(upstream, 4);
  const Time now = today;
  const auto metadata = directory.metadata(openid.server.url(), now);
  for (int i = 0; i < 3; ++i)
    EXPECT_THROW((void)directory.keys(*metadata, now + std::chrono::hours(2)), UpstreamFailed);
  EXPECT_EQ(openid.server.received("/jwks").size(), 1U);
  EXPECT_THROW((void)directory.keys(*metadata, now + std::chrono::hours(2) + 10s), UpstreamFailed);
  EXPECT_EQ(openid.server.received("/jwks").size(), 2U);
}

TEST(Upstream, HasOnlySoManyCallsToOneServerUnderWay) {
  std::atomic<int> asked{0};
  tests::ScriptedServer silent([&](tests::ServerSide& side, unsigned) {
    while (!side.receive().empty()) ++asked;
  });
  auto client = local_client();
  Upstream upstream(client, 2);
  const auto endpoint =
      Endpoint::parse("http://127.0.0.1:" + std::to_string(silent.port()) + "/token", Plaintext::on_loopback).value();
  std::vector<std::jthread> callers;
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([&] { EXPECT_THROW((void)upstream.get(endpoint), UpstreamFailed); });
  }
  while (asked < 2) std::this_thread::sleep_for(1ms);
  const auto started = std::chrono::steady_clock::now();
  try {
    (void)upstream.get(endpoint);
    ADD_FAILURE() << "it was asked";
  } catch (const UpstreamFailed& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("many wait for it"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started, 1s);
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace voyages::auth::federation
