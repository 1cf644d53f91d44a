#include "auth/request_limit.h"

#include <algorithm>
#include <array>
#include <thread>

#include "tests/auth/oauth/racing_table.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

app::Config config_with_limit(std::uint32_t limit) {
  auto config = Scenario::test_config();
  config.of<auth::AuthOptions>().sign_up_limit = limit;
  return config;
}

TEST(RequestLimit, RefusesWhatOneNetworkAsksForTooOftenUntilTheHourIsOver) {
  Scenario scenario(config_with_limit(2));
  for (const auto* target : {"/auth/forgot-password", "/auth/resend-verification"}) {
    const auto ask = [&] { return scenario.post(target, {{"email", "ada@example.com"}}); };
    EXPECT_EQ(ask().status, 202) << target;
    scenario.clock().advance(10min);
    EXPECT_EQ(ask().status, 202) << target;
    const auto refused = ask();
    EXPECT_EQ(refused.status, 429) << target;
    EXPECT_EQ(refused.code(), "too_many_requests");
    EXPECT_EQ(refused.headers.get("Retry-After"), "3000");
    scenario.clock().advance(50min);
    EXPECT_EQ(ask().status, 202) << target;
  }
}

TEST(RequestLimit, CountsRegistrationsOfEachNetworkByItself) {
  Scenario scenario(config_with_limit(2));
  EXPECT_EQ(scenario.register_user("a@example.com").status, 201);
  EXPECT_EQ(scenario.register_user("a@example.com").status, 409);
  EXPECT_EQ(scenario.register_user("b@example.com").status, 429);
  scenario.client_ip = "198.51.100.66";
  EXPECT_EQ(scenario.register_user("b@example.com").status, 201);
}

TEST(RequestLimit, TreatsAnAddressWithAnAccountAsOneWithout) {
  Scenario scenario(config_with_limit(2));
  scenario.register_user("ada@example.com");
  const auto statuses = [&](std::string_view email) {
    std::vector<int> list;
    for (int i = 0; i < 3; ++i) list.push_back(scenario.post("/auth/forgot-password", {{"email", email}}).status);
    return list;
  };
  const auto with_account = statuses("ada@example.com");
  scenario.client_ip = "198.51.100.66";
  EXPECT_EQ(statuses("nobody@example.com"), with_account);
}

TEST(RequestLimit, IsNotPassedByManyWhoAllComeFirst) {
  Scenario scenario(config_with_limit(3));
  std::array<int, 8> statuses{};
  {
    std::vector<std::jthread> threads;
    for (auto& status : statuses) {
      threads.emplace_back(
          [&] { status = scenario.post("/auth/forgot-password", {{"email", "ada@example.com"}}).status; });
    }
  }
  EXPECT_EQ(std::ranges::count(statuses, 202), 3);
}

TEST(RequestLimit, CountsOneWhoComesWhileAnotherIsTheFirst) {
  Scenario scenario;
  auto& real = scenario.app().get<auth::Auth>();
  const auto now = scenario.clock().now();
  const auto count = [&](auth::Auth& auth) { return auth::count_request_of(auth, "KIND", "ada", 1, now).has_value(); };
  RacingTable table(scenario.table(), [&] { EXPECT_TRUE(count(real)); });
  auto racing = over(table, real);
  EXPECT_FALSE(count(racing));
}

TEST(RequestLimit, IsNoneWhenItIsZero) {
  Scenario scenario(config_with_limit(0));
  for (int i = 0; i < 150; ++i) {
    ASSERT_EQ(scenario.post("/auth/forgot-password", {{"email", "ada@example.com"}}).status, 202);
  }
}

}  // namespace
}  // namespace voyages::tests
