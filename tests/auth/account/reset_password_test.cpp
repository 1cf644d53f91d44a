#include "auth/account/reset_password.h"

#include <gmock/gmock.h>

#include <utility>

#include "auth/mail_link.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::string ask(Scenario& scenario, std::string_view email = ada) {
  EXPECT_EQ(scenario.post("/auth/forgot-password", {{"email", email}}).status, 202);
  return scenario.link_token(email, "reset_password");
}

Answer reset(Scenario& scenario, std::string_view token, std::string_view password = new_password) {
  return scenario.post("/auth/reset-password", {{"token", token}, {"password", password}});
}

TEST(ResetPassword, SetsThePasswordAndTellsTheOwner) {
  Scenario scenario;
  scenario.register_user(ada);
  EXPECT_EQ(reset(scenario, ask(scenario)).status, 204);
  EXPECT_EQ(scenario.login(ada).status, 401);
  EXPECT_EQ(scenario.login(ada, new_password).status, 200);
  EXPECT_EQ(scenario.mails(ada, "password_changed").size(), 1U);
}

TEST(ResetPassword, EndsEverySessionAtOnce) {
  Scenario scenario;
  const auto first = scenario.sign_up(ada);
  const auto second = scenario.login(ada);
  reset(scenario, ask(scenario));
  for (const auto& session : {first, second}) {
    const auto refused = scenario.get("/auth/me", session.text("access_token"));
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.code(), "revoked_token");
    EXPECT_EQ(scenario.refresh(session.text("refresh_token")).status, 401);
  }
}

TEST(ResetPassword, EndsMoreSessionsThanOneTransactionHolds) {
  Scenario scenario;
  std::vector<std::string> tokens{scenario.sign_up(ada).text("access_token")};
  for (int i = 0; i < 90; ++i) tokens.push_back(scenario.login(ada).text("access_token"));
  EXPECT_EQ(reset(scenario, ask(scenario)).status, 204);
  for (const auto& token : tokens) EXPECT_EQ(scenario.get("/auth/me", token).status, 401);
}

TEST(ResetPassword, TakesALinkOnce) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto token = ask(scenario);
  EXPECT_EQ(reset(scenario, token).status, 204);
  const auto again = reset(scenario, token, "yet another password");
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.code(), "invalid_link");
  EXPECT_EQ(scenario.login(ada, new_password).status, 200);
}

TEST(ResetPassword, TakesAnyLinkUntilOneWasUsed) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto older = ask(scenario);
  scenario.clock().advance(1min);
  const auto newer = ask(scenario);
  ASSERT_NE(older, newer);
  EXPECT_EQ(reset(scenario, older).status, 204);
  EXPECT_EQ(reset(scenario, newer, "yet another password").code(), "invalid_link");
  EXPECT_EQ(scenario.login(ada, new_password).status, 200);
}

TEST(ResetPassword, StopsEveryLinkWhenThePasswordIsChangedOtherwise) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  const auto first = ask(scenario);
  scenario.clock().advance(1min);
  const auto second = ask(scenario);
  ASSERT_EQ(scenario
                .post("/auth/change-password",
                      {{"current_password", Scenario::password}, {"new_password", "chosen by the owner"}}, token)
                .status,
            204);
  for (const auto& link : {first, second}) EXPECT_EQ(reset(scenario, link).code(), "invalid_link");
}

// A minute apart, each from a network of its own.
void ask_as_strangers(Scenario& scenario, int times) {
  const auto own_ip = std::exchange(scenario.client_ip, "");
  for (int i = 0; i < times; ++i) {
    scenario.client_ip = "198.51.100." + std::to_string(i + 1);
    ask(scenario);
    scenario.clock().advance(1min);
  }
  scenario.client_ip = own_ip;
}

TEST(ResetPassword, LetsStrangersVoidNoLink) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto token = ask(scenario);
  scenario.clock().advance(1min);
  ask_as_strangers(scenario, 55);
  EXPECT_EQ(reset(scenario, token).status, 204);
}

TEST(ResetPassword, LetsStrangersNotUseUpTheMailsOfTheOwner) {
  Scenario scenario;
  scenario.sign_up(ada);
  ask_as_strangers(scenario, 30);
  EXPECT_EQ(scenario.mails(ada, "reset_password").size(), 5U);
  const auto token = ask(scenario);
  EXPECT_EQ(scenario.mails(ada, "reset_password").size(), 6U);
  EXPECT_EQ(reset(scenario, token).status, 204);
}

TEST(ResetPassword, LetsOneNetworkNotUseUpWhatAllStrangersHave) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto ask_for_ten_minutes = [&] {
    for (int i = 0; i < 10; ++i) {
      ask(scenario);
      scenario.clock().advance(1min);
    }
    return scenario.mails(ada, "reset_password").size();
  };
  EXPECT_EQ(ask_for_ten_minutes(), 3U);
  scenario.client_ip = "198.51.100.66";
  EXPECT_EQ(ask_for_ten_minutes(), 5U);
  scenario.clock().advance(1h);
  ask(scenario);
  EXPECT_EQ(scenario.mails(ada, "reset_password").size(), 6U);
}

TEST(ResetPassword, SendsOnlySoManyMailsAnHourToTheOwnerToo) {
  Scenario scenario;
  scenario.sign_up(ada);
  for (int i = 0; i < 30; ++i) {
    ask(scenario);
    scenario.clock().advance(1min);
  }
  EXPECT_EQ(scenario.mails(ada, "reset_password").size(), 5U);
}

TEST(ResetPassword, KeepsOnlySoManyLinksOpen) {
  std::string ids;
  std::vector<store::Write> writes;
  for (int i = 0; i < 30; ++i) {
    const auto id = std::to_string(i);
    ids = auth::add_open_link(auth::MailLinkKind::reset, {.token_id = id, .url = "", .put = {}}, ids, writes);
    EXPECT_TRUE(auth::is_open_link(ids, id));
  }
  EXPECT_EQ(auth::link_ids(ids).size(), 20U);
  EXPECT_FALSE(auth::is_open_link(ids, "9"));
  EXPECT_TRUE(auth::is_open_link(ids, "10"));
  EXPECT_EQ(writes.size(), 40U);  // each link, and ten that went
}

TEST(ResetPassword, RefusesALinkAfterAnHour) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto token = ask(scenario);
  scenario.clock().advance(1h);
  EXPECT_EQ(reset(scenario, token).code(), "invalid_link");
  EXPECT_EQ(scenario.login(ada).status, 200);
}

TEST(ResetPassword, KeepsTheLinkWhenTheNewPasswordIsNoGood) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto token = ask(scenario);
  EXPECT_THAT(reset(scenario, token, "short").faults(), ElementsAre("password:too_short"));
  EXPECT_THAT(reset(scenario, token, ada).faults(), ElementsAre("password:password_is_email"));
  EXPECT_THAT(reset(scenario, token, "cloud-voyages-7").faults(), ElementsAre("password:password_is_name"));
  EXPECT_THAT(reset(scenario, token, "66665555").faults(), ElementsAre("password:too_simple"));
  EXPECT_EQ(reset(scenario, token).status, 204);
}

TEST(ResetPassword, AnswersAnUnknownAddressAlikeAndMailsNobody) {
  Scenario scenario;
  scenario.register_user(ada);
  scenario.run_queue();
  const auto known = scenario.post("/auth/forgot-password", {{"email", ada}});
  const auto unknown = scenario.post("/auth/forgot-password", {{"email", "bob@example.com"}});
  EXPECT_EQ(known.status, 202);
  EXPECT_EQ(unknown.status, 202);
  EXPECT_EQ(known.body, unknown.body);
  EXPECT_THAT(scenario.templates_to("bob@example.com"), IsEmpty());
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("verify_email", "reset_password"));
}

TEST(ResetPassword, SendsAtMostOneMailAMinuteHoweverOftenItIsAsked) {
  Scenario scenario;
  scenario.register_user(ada);
  for (int i = 0; i < 5; ++i) ask(scenario);
  EXPECT_EQ(scenario.mails(ada, "reset_password").size(), 1U);
  scenario.clock().advance(1min);
  ask(scenario);
  EXPECT_EQ(scenario.mails(ada, "reset_password").size(), 2U);
}

TEST(ResetPassword, ForgetsTheFailedLoginsOfTheAddress) {
  Scenario scenario;
  scenario.register_user(ada);
  for (int i = 0; i < 8; ++i) scenario.login(ada, "not my password");
  ASSERT_EQ(scenario.login(ada).status, 429);
  reset(scenario, ask(scenario));
  EXPECT_EQ(scenario.login(ada, new_password).status, 200);
}

TEST(ResetPassword, ForgetsTheFailedLoginsOfAKnownDeviceToo) {
  Scenario scenario;
  scenario.sign_up(ada);
  for (int i = 0; i < 8; ++i) scenario.login(ada, "not my password");
  ASSERT_EQ(scenario.login(ada).status, 429);
  reset(scenario, ask(scenario));
  EXPECT_EQ(scenario.login(ada, new_password).status, 200);
}

TEST(ResetPassword, ConfirmsTheAddressSinceTheLinkCameThere) {
  Scenario scenario(Scenario::config_with_verification());
  scenario.register_user(ada);
  EXPECT_EQ(scenario.login(ada).code(), "email_not_verified");
  reset(scenario, ask(scenario));
  EXPECT_TRUE(scenario.login(ada, new_password).body.at("user").at("email_verified").as_bool());
}

TEST(ResetPassword, StopsAChangeOfAddressThatWasAskedForBefore) {
  Scenario scenario;
  const auto thief = scenario.sign_up(ada).text("access_token");
  scenario.patch("/auth/me", {{"email", "thief@example.com"}, {"current_password", Scenario::password}}, thief);
  const auto link = scenario.link_token("thief@example.com", "verify_email");
  ASSERT_FALSE(link.empty());
  reset(scenario, ask(scenario));
  EXPECT_EQ(scenario.post("/auth/verify-email", {{"token", link}}).code(), "invalid_link");
  EXPECT_EQ(scenario.login(ada, new_password).status, 200);
}

TEST(ResetPassword, OpensNoDisabledAccount) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto id = std::string(scenario.register_user(ada).body.at("user").at("id").as_string());
  const auto token = ask(scenario);
  ASSERT_EQ(scenario.patch("/admin/users/" + id, {{"disabled", true}}, owner).status, 200);
  EXPECT_EQ(reset(scenario, token).code(), "invalid_link");
  scenario.clock().advance(1min);
  ask(scenario);
  EXPECT_EQ(scenario.mails(ada, "reset_password").size(), 1U);
}

TEST(ResetPassword, PutsNoPasswordIntoMailAndNoSecretIntoTheLog) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto token = ask(scenario);
  reset(scenario, token);
  for (const auto& mail : scenario.mails(ada, "password_changed")) {
    EXPECT_EQ(mail.text.find(new_password), std::string::npos);
  }
  const auto log = scenario.log_text();
  for (const auto secret : {std::string_view(token), std::string_view(token).substr(37), new_password}) {
    EXPECT_EQ(log.find(secret), std::string::npos);
  }
}

TEST(ResetPassword, LetsTheOwnerInThoughAStrangerKeepsTheAddressLocked) {
  Scenario scenario;
  scenario.register_user("ada@example.com");
  scenario.post("/auth/forgot-password", {{"email", "ada@example.com"}});
  const auto link = scenario.link_token("ada@example.com", "reset_password");
  scenario.client_ip = "198.51.100.20";
  ASSERT_EQ(scenario.post("/auth/reset-password", {{"token", link}, {"password", "a quite different password"}}).status,
            204);
  scenario.client_ip = "198.51.100.66";
  for (int i = 0; i < 8; ++i) scenario.login("ada@example.com", "not my password");
  EXPECT_EQ(scenario.login("ada@example.com", "a quite different password").status, 429);
  scenario.client_ip = "198.51.100.20";
  EXPECT_EQ(scenario.login("ada@example.com", "a quite different password").status, 200);
}

}  // namespace
}  // namespace voyages::tests
