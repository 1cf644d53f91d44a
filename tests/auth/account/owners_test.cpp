#include "auth/account/owners.h"

#include <gmock/gmock.h>

#include "auth/account/admin_users.h"
#include "auth/account/me.h"
#include "tests/auth/scenario.h"
#include "tests/auth/watched_table.h"

namespace voyages::tests {
namespace {

std::string id_in(Scenario& scenario, const std::string& token) {
  return std::string(scenario.get("/auth/me", token).body.at("user").at("id").as_string());
}

std::string token_of_new_user(Scenario& scenario, std::string_view email) {
  return scenario.sign_up(email).text("access_token");
}

TEST(Owners, CannotLeaveAServerWithoutOne) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  token_of_new_user(scenario, ada);
  const auto path = "/admin/users/" + id_in(scenario, owner);
  for (const auto& answer : {scenario.patch(path, {{"roles", {"admin"}}}, owner),
                             scenario.patch(path, {{"roles", boost::json::array()}}, owner),
                             scenario.patch(path, {{"disabled", true}}, owner), scenario.del(path, owner),
                             scenario.del("/auth/me", owner)}) {
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.code(), "last_owner");
  }
  // Nothing has happened, neither to the account nor to its sessions.
  const auto me = scenario.get("/auth/me", owner);
  ASSERT_EQ(me.status, 200);
  EXPECT_EQ(me.body.at("user").at("roles"), boost::json::array({"owner"}));
  EXPECT_EQ(scenario.patch(path, {{"roles", {"owner", "admin"}}}, owner).status, 200);
}

TEST(Owners, MayGoOnceThereIsAnother) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto other = token_of_new_user(scenario, ada);
  const auto other_path = "/admin/users/" + id_in(scenario, other);
  ASSERT_EQ(scenario.patch(other_path, {{"roles", {"owner"}}}, owner).status, 200);
  EXPECT_EQ(scenario.del("/auth/me", owner).status, 204);
  const auto session = scenario.login(ada);
  EXPECT_EQ(scenario.del("/auth/me", session.text("access_token")).code(), "last_owner");
}

TEST(Owners, DoNotCountOnOneWhoIsDisabled) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto other_path = "/admin/users/" + id_in(scenario, token_of_new_user(scenario, ada));
  ASSERT_EQ(scenario.patch(other_path, {{"roles", {"owner"}}, {"disabled", true}}, owner).status, 200);
  EXPECT_EQ(scenario.del("/auth/me", owner).code(), "last_owner");
}

TEST(Owners, WhoGoAtTheSameMomentDoNotBothCountOnTheOther) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto owner_id = id_in(scenario, owner);
  const auto other_id = id_in(scenario, token_of_new_user(scenario, ada));
  ASSERT_EQ(scenario.patch("/admin/users/" + other_id, {{"roles", {"owner"}}}, owner).status, 200);
  auto& auth = scenario.app().get<auth::Auth>();
  const auto first = auth::find_user(scenario.table(), owner_id).value();
  const auto check = auth::check_other_owner(auth, first);
  ASSERT_TRUE(check);
  const auto second = auth::find_user(scenario.table(), other_id).value();
  ASSERT_TRUE(auth::set_user(auth, second, std::vector<std::string>(), std::nullopt, scenario.clock().now()));
  const store::Write writes[] = {*check, auth::change_user(owner_id, {{"roles", std::vector<std::string>()}}, {})};
  EXPECT_FALSE(scenario.table().write(writes));
  EXPECT_TRUE(auth::find_user(scenario.table(), owner_id)->has_role("owner"));
}

}  // namespace
}  // namespace voyages::tests
