#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "crypto/token.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

Answer set_up(Scenario& scenario, std::string_view token, std::string_view email = "owner@example.com",
              std::string_view password = Scenario::password) {
  return scenario.post("/auth/setup", {{"token", token}, {"email", email}, {"password", password}});
}

TEST(Setup, MakesTheOwnerOnce) {
  Scenario scenario;
  const auto token = scenario.make_setup_token().value();
  const auto answer = set_up(scenario, token);
  ASSERT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body.at("user").at("roles"), (boost::json::array{"owner"}));
  EXPECT_TRUE(answer.body.at("user").at("email_verified").as_bool());
  const auto again = set_up(scenario, token, "other@example.com");
  EXPECT_EQ(again.status, 403);
  EXPECT_EQ(again.code(), "setup_done");
  EXPECT_EQ(scenario.login("other@example.com").status, 401);
  EXPECT_EQ(scenario.get("/admin/users", scenario.login("owner@example.com").text("access_token")).status, 200);
}

TEST(Setup, RefusesAnotherToken) {
  Scenario scenario;
  const auto stranger = std::string(crypto::new_token(scenario.clock().now()).text.expose());
  EXPECT_EQ(set_up(scenario, stranger).code(), "setup_done");
  auto token = scenario.make_setup_token().value();
  EXPECT_EQ(set_up(scenario, stranger).code(), "setup_done");
  EXPECT_EQ(set_up(scenario, "").code(), "setup_done");
  EXPECT_EQ(scenario.login("owner@example.com").status, 401);
  EXPECT_EQ(set_up(scenario, token).status, 201);
}

TEST(Setup, IsClosedOnceAnOwnerExists) {
  Scenario scenario;
  const auto token = scenario.make_setup_token().value();
  scenario.owner_token();
  EXPECT_FALSE(scenario.make_setup_token());
  EXPECT_EQ(set_up(scenario, token, "other@example.com").code(), "setup_done");
}

TEST(Setup, KeepsTheRulesForPasswordsAndTheTokenWithThem) {
  Scenario scenario;
  const auto token = scenario.make_setup_token().value();
  EXPECT_EQ(set_up(scenario, token, "owner@example.com", "short").status, 422);
  EXPECT_EQ(set_up(scenario, token, "owner@example.com", "owner@example.com").status, 422);
  EXPECT_EQ(set_up(scenario, token, "owner@example.com", "lkjhgfdsa").status, 422);
  EXPECT_EQ(set_up(scenario, token, "owner@example.com", "Voyages-2031").status, 422);
  EXPECT_EQ(set_up(scenario, token).status, 201);
}

TEST(Setup, MakesOneOwnerOfManyRequestsAtOnce) {
  Scenario scenario;
  const auto token = scenario.make_setup_token().value();
  std::vector<int> statuses(8);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      threads.emplace_back(
          [&, i] { statuses[i] = set_up(scenario, token, "owner" + std::to_string(i) + "@example.com").status; });
    }
  }
  EXPECT_EQ(std::ranges::count(statuses, 201), 1);
  EXPECT_EQ(std::ranges::count(statuses, 403), 7);
}

TEST(Setup, PutsNoSecretIntoTheLog) {
  Scenario scenario;
  const auto token = scenario.make_setup_token().value();
  set_up(scenario, token);
  const auto log = scenario.log_text();
  EXPECT_EQ(log.find(token), std::string::npos);
  EXPECT_EQ(log.find(Scenario::password), std::string::npos);
}

}  // namespace
}  // namespace voyages::tests
