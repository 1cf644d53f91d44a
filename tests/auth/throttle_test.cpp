#include "auth/throttle.h"

#include <atomic>
#include <latch>
#include <thread>

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

// How many of the guesses, all sent at once, were looked at; nobody gets another answer than 401, 429 or 503.
template <class Email>
int guesses_looked_at(Scenario& scenario, int count, Email email) {
  std::atomic<int> looked_at = 0;
  std::atomic<int> others = 0;
  std::latch start(count);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        const int status = scenario.login(email(i), "guess number " + std::to_string(i)).status;
        looked_at += status == 401 ? 1 : 0;
        others += status != 401 && status != 429 && status != 503 ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(others, 0);
  return looked_at;
}

TEST(Throttle, LooksAtFiveGuessesOfAnAddressHoweverManyComeAtOnce) {
  Scenario scenario;
  scenario.register_user(ada);
  EXPECT_LE(guesses_looked_at(scenario, 32, [](int) { return ada; }), 5);
  while (scenario.login(ada, "one guess more").status == 401) continue;  // some may have found no room
  EXPECT_EQ(scenario.login(ada).status, 429);
  scenario.clock().advance(1s);
  EXPECT_EQ(scenario.login(ada).status, 200);
}

TEST(Throttle, LooksAtFiveGuessesFromAKnownDeviceHoweverManyComeAtOnce) {
  Scenario scenario;
  scenario.sign_up(ada);
  EXPECT_LE(guesses_looked_at(scenario, 32, [](int) { return ada; }), 5);
}

TEST(Throttle, LooksAtTwentyGuessesOfANetworkHoweverManyComeAtOnce) {
  Scenario scenario;
  const auto address = [](int i) { return "user" + std::to_string(i) + "@example.com"; };
  EXPECT_LE(guesses_looked_at(scenario, 48, address), 20);
}

TEST(Throttle, CountsNoSignInThatSucceeds) {
  Scenario scenario;
  scenario.register_user(ada);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(scenario.login(ada, "a wrong guess").status, 401);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(scenario.login(ada).status, 200) << i;
  // Nor for the network, which has 17 failures left.
  for (int i = 0; i < 17; ++i) EXPECT_EQ(scenario.login("a" + std::to_string(i) + "@example.com", "guess").status, 401);
  EXPECT_EQ(scenario.login("another@example.com", "guess").status, 429);
}

TEST(Throttle, MovesNoLockOfANetworkByAKnownDevice) {
  Scenario scenario;
  scenario.sign_up(ada);
  for (int i = 0; i < 25; ++i) scenario.login("a" + std::to_string(i) + "@example.com", "guess");
  const auto left = [&] { return scenario.login("stranger@example.com", "guess"); };
  ASSERT_EQ(left().status, 429);
  const std::string before(left().headers.get("Retry-After"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(scenario.login(ada).status, 200);
  EXPECT_EQ(left().headers.get("Retry-After"), before);
  scenario.clock().advance(std::chrono::seconds(std::stoi(before)));
  EXPECT_EQ(scenario.login(ada).status, 200);
  EXPECT_EQ(left().status, 401);
}

TEST(Throttle, CountsNoRightPasswordOfADisabledAccount) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto user_id = std::string(scenario.sign_up(ada).body.at("user").at("id").as_string());
  ASSERT_EQ(scenario.patch("/admin/users/" + user_id, {{"disabled", true}}, owner).status, 200);
  for (int i = 0; i < 12; ++i) EXPECT_EQ(scenario.login(ada).code(), "account_disabled") << i;
}

TEST(Throttle, CountsNoRightPasswordOfACallerWhoConfirms) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  for (int i = 0; i < 12; ++i) {
    const auto chosen = "choice number " + std::to_string(i);
    const auto now = i == 0 ? std::string(Scenario::password) : "choice number " + std::to_string(i - 1);
    EXPECT_EQ(
        scenario.post("/auth/change-password", {{"current_password", now}, {"new_password", chosen}}, token).status,
        204)
        << i;
  }
}

}  // namespace
}  // namespace voyages::tests
