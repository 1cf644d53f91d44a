#include <gtest/gtest.h>

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

class DeadLetterRoutes : public testing::Test {
 protected:
  void fail_for_good(std::string_view kind) {
    scenario_.app().work({.id = "1", .kind = std::string(kind), .body = "x", .attempt = 8});
    scenario_.clock().advance(std::chrono::seconds(1));
  }
  Answer list(std::string_view query = "") { return scenario_.get("/admin/dead-letters" + std::string(query), owner_); }

  Scenario scenario_;
  std::string owner_ = scenario_.owner_token();
};

TEST_F(DeadLetterRoutes, ShowWhatFailedForGood) {
  EXPECT_TRUE(list().body.at("items").as_array().empty());
  fail_for_good("of.nobody");
  fail_for_good("of.nobody.either");
  const auto answer = list();
  EXPECT_EQ(answer.status, 200);
  const auto& items = answer.body.at("items").as_array();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].at("kind").as_string(), "of.nobody.either");
  EXPECT_EQ(items[1].at("kind").as_string(), "of.nobody");
  EXPECT_EQ(items[1].at("body").as_string(), "x");
  EXPECT_EQ(items[1].at("attempts").as_int64(), 8);
  EXPECT_EQ(items[1].at("reason").as_string(), "no service knows work of the kind of.nobody");
  const auto first = list("?limit=1");
  ASSERT_EQ(first.body.at("items").as_array().size(), 1U);
  const auto second = list("?limit=1&cursor=" + first.text("next_cursor"));
  EXPECT_EQ(second.body.at("items").as_array().at(0).at("kind").as_string(), "of.nobody");
  EXPECT_EQ(list("?cursor=nonsense").faults(), std::vector<std::string>{"cursor:invalid_cursor"});
}

TEST_F(DeadLetterRoutes, RetryAndDiscard) {
  fail_for_good("of.nobody");
  fail_for_good("of.nobody.either");
  const auto items = list().body.at("items").as_array();
  const auto path = [&](std::size_t i) {
    return "/admin/dead-letters/" + std::string(items.at(i).at("id").as_string());
  };
  EXPECT_EQ(scenario_.post(path(1) + "/retry", {}, owner_).status, 204);
  EXPECT_EQ(scenario_.post(path(1) + "/retry", {}, owner_).status, 404);
  EXPECT_EQ(scenario_.del(path(0), owner_).status, 204);
  EXPECT_EQ(scenario_.del(path(0), owner_).status, 404);
  EXPECT_TRUE(list().body.at("items").as_array().empty());
  const auto deliveries = scenario_.queue().receive({}, 10, std::chrono::seconds(60));
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].message.kind, "of.nobody");
  EXPECT_EQ(deliveries[0].message.attempt, 1U);
}

TEST_F(DeadLetterRoutes, KeepAMessageThatNoQueueTakes) {
  fail_for_good("");
  const auto id = std::string(list().body.at("items").as_array().at(0).at("id").as_string());
  EXPECT_EQ(scenario_.post("/admin/dead-letters/" + id + "/retry", {}, owner_).status, 409);
  EXPECT_EQ(list().body.at("items").as_array().size(), 1U);
}

TEST_F(DeadLetterRoutes, AreForAdministratorsAlone) {
  scenario_.register_user("ada@example.com");
  const auto ada = scenario_.login("ada@example.com").text("access_token");
  EXPECT_EQ(scenario_.get("/admin/dead-letters").status, 401);
  EXPECT_EQ(scenario_.get("/admin/dead-letters", ada).status, 403);
}

}  // namespace
}  // namespace voyages::tests
