#include "auth/account/change_password.h"

#include <gmock/gmock.h>

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using testing::ElementsAre;

Answer change(Scenario& scenario, std::string_view access_token, std::string_view current = Scenario::password,
              std::string_view next = new_password) {
  return scenario.post("/auth/change-password", {{"current_password", current}, {"new_password", next}}, access_token);
}

TEST(ChangePassword, EndsTheOtherSessionsAndKeepsThisOne) {
  Scenario scenario;
  const auto here = scenario.sign_up(ada);
  const auto there = scenario.login(ada);
  ASSERT_EQ(change(scenario, here.text("access_token")).status, 204);
  EXPECT_EQ(scenario.get("/auth/me", here.text("access_token")).status, 200);
  EXPECT_EQ(scenario.refresh(here.text("refresh_token")).status, 200);
  EXPECT_EQ(scenario.get("/auth/me", there.text("access_token")).code(), "revoked_token");
  EXPECT_EQ(scenario.refresh(there.text("refresh_token")).status, 401);
  EXPECT_EQ(scenario.login(ada).status, 401);
  EXPECT_EQ(scenario.login(ada, new_password).status, 200);
}

TEST(ChangePassword, TellsTheOwnerWithoutThePassword) {
  Scenario scenario;
  change(scenario, scenario.sign_up(ada).text("access_token"));
  const auto mails = scenario.mails(ada, "password_changed");
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails[0].text.find(new_password), std::string::npos);
  const auto log = scenario.log_text();
  EXPECT_EQ(log.find(new_password), std::string::npos);
  EXPECT_EQ(log.find(Scenario::password), std::string::npos);
}

TEST(ChangePassword, CountsAWrongPasswordLikeAFailedLogin) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  for (int i = 0; i < 5; ++i) {
    const auto wrong = change(scenario, token, "not my password");
    EXPECT_EQ(wrong.status, 403);
    EXPECT_EQ(wrong.code(), "wrong_password");
  }
  const auto locked = change(scenario, token);
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(locked.headers.get("Retry-After"), "1");
  EXPECT_EQ(scenario.login(ada).status, 429);
  EXPECT_TRUE(scenario.mails(ada, "password_changed").empty());
}

TEST(ChangePassword, KeepsTheRulesForPasswords) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  EXPECT_THAT(change(scenario, token, Scenario::password, "short").faults(), ElementsAre("new_password:too_short"));
  EXPECT_THAT(change(scenario, token, Scenario::password, ada).faults(), ElementsAre("new_password:password_is_email"));
  EXPECT_EQ(scenario.patch("/auth/me", {{"name", "Augusta King"}}, token).status, 200);
  EXPECT_THAT(change(scenario, token, Scenario::password, "AugustaKing1815").faults(),
              ElementsAre("new_password:password_is_name"));
  EXPECT_THAT(change(scenario, token, Scenario::password, "cloudvoyages99").faults(),
              ElementsAre("new_password:password_is_name"));
  EXPECT_THAT(change(scenario, token, Scenario::password, "tsrqponm").faults(), ElementsAre("new_password:too_simple"));
  EXPECT_EQ(scenario.login(ada).status, 200);
}

TEST(ChangePassword, StopsAChangeOfAddressThatWasAskedForBefore) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  scenario.patch("/auth/me", {{"email", "thief@example.com"}, {"current_password", Scenario::password}}, token);
  const auto link = scenario.link_token("thief@example.com", "verify_email");
  ASSERT_FALSE(link.empty());
  ASSERT_EQ(change(scenario, token).status, 204);
  EXPECT_EQ(scenario.post("/auth/verify-email", {{"token", link}}).code(), "invalid_link");
}

TEST(ChangePassword, NeedsASession) {
  Scenario scenario;
  scenario.register_user(ada);
  EXPECT_EQ(change(scenario, "").status, 401);
  EXPECT_EQ(scenario.login(ada).status, 200);
}

TEST(ChangePassword, StopsAResetLinkThatWasAskedForBefore) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  scenario.post("/auth/forgot-password", {{"email", ada}});
  const auto link = scenario.link_token(ada, "reset_password");
  ASSERT_FALSE(link.empty());
  ASSERT_EQ(change(scenario, token).status, 204);
  const auto late = scenario.post("/auth/reset-password", {{"token", link}, {"password", "a thief's own password"}});
  EXPECT_EQ(late.code(), "invalid_link");
  EXPECT_EQ(scenario.login(ada, new_password).status, 200);
}

}  // namespace
}  // namespace voyages::tests
