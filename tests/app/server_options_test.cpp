#include "app/server_options.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "auth/options.h"
#include "tests/auth/scenario.h"

namespace voyages::app {
namespace {

TEST(ServerOptions, TakeMoreLoginsAtOnceThanAreHashed) {
  auto config = tests::Scenario::test_config();
  config.of<auth::AuthOptions>().password_slots = 7;
  EXPECT_EQ(tests::Scenario(config).app().hashing_requests(), 16U);
}

TEST(ServerOptions, GiveWhatWaitsForOtherServersThreadsOfItsOwn) {
  auto config = load_config({}).value().config;
  config.worker_threads = 5;
  config.outgoing_threads = 7;
  const auto options = server_options(config, 100'000);
  EXPECT_EQ(options.blocking_threads, 5U);
  EXPECT_EQ(options.outgoing_threads, 7U);
}

TEST(ServerOptions, HoldNoMoreConnectionsThanThereAreDescriptors) {
  auto config = load_config({}).value().config;
  config.max_connections = 10'000;
  EXPECT_EQ(server_options(config, 100'000).connections, 10'000U);
  EXPECT_EQ(server_options(config, 1024).connections, 768U);
  EXPECT_EQ(server_options(config, 100).connections, 1U);
}

TEST(ServerOptions, MayOpenAsManyDescriptorsAsTheSystemLetsThem) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
  rlimit after{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace voyages::app
