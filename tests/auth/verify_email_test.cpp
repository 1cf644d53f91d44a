#include "auth/verify_email.h"

#include <gmock/gmock.h>

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

Answer verify(Scenario& scenario, std::string_view token) {
  return scenario.post("/auth/verify-email", {{"token", token}});
}

bool is_verified(Scenario& scenario, std::string_view email) {
  return scenario.login(email).body.at("user").at("email_verified").as_bool();
}

TEST(VerifyEmail, ConfirmsTheAddressOnce) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto token = scenario.link_token(ada, "verify_email");
  EXPECT_FALSE(is_verified(scenario, ada));
  EXPECT_EQ(verify(scenario, token).status, 204);
  EXPECT_TRUE(is_verified(scenario, ada));
  const auto again = verify(scenario, token);
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.code(), "invalid_link");
  EXPECT_EQ(scenario.log_text().find(token), std::string::npos);
}

TEST(VerifyEmail, RefusesWhatIsNoLinkOfItsKind) {
  Scenario scenario;
  scenario.register_user(ada);
  auto forged = scenario.link_token(ada, "verify_email");
  forged[40] = forged[40] == 'A' ? 'B' : 'A';
  EXPECT_EQ(verify(scenario, forged).code(), "invalid_link");
  EXPECT_EQ(verify(scenario, "").code(), "invalid_link");
  scenario.post("/auth/forgot-password", {{"email", ada}});
  EXPECT_EQ(verify(scenario, scenario.link_token(ada, "reset_password")).code(), "invalid_link");
  EXPECT_FALSE(is_verified(scenario, ada));
}

TEST(VerifyEmail, RefusesALinkAfterADay) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto token = scenario.link_token(ada, "verify_email");
  scenario.clock().advance(24h);
  EXPECT_EQ(verify(scenario, token).code(), "invalid_link");
}

TEST(VerifyEmail, TakesAnyLinkUntilOneWasUsed) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto older = scenario.link_token(ada, "verify_email");
  EXPECT_EQ(scenario.post("/auth/resend-verification", {{"email", ada}}).status, 202);
  const auto newer = scenario.link_token(ada, "verify_email");
  ASSERT_NE(older, newer);
  EXPECT_EQ(verify(scenario, older).status, 204);
  EXPECT_EQ(verify(scenario, newer).code(), "invalid_link");
  EXPECT_TRUE(is_verified(scenario, ada));
}

TEST(VerifyEmail, LetsStrangersNeitherVoidALinkNorUseUpTheMailsOfTheOwner) {
  Scenario scenario;
  scenario.sign_up(ada);
  const auto token = scenario.link_token(ada, "verify_email");
  const auto ask = [&] { scenario.post("/auth/resend-verification", {{"email", ada}}); };
  for (int i = 0; i < 30; ++i) {
    scenario.client_ip = "198.51.100." + std::to_string(i + 1);
    ask();
    scenario.run_queue();
    scenario.clock().advance(1min);
  }
  EXPECT_EQ(scenario.mails(ada, "verify_email").size(), 6U);  // the first, and five for strangers
  scenario.client_ip = "203.0.113.7";
  ask();
  EXPECT_EQ(scenario.mails(ada, "verify_email").size(), 7U);
  EXPECT_EQ(verify(scenario, token).status, 204);
}

TEST(VerifyEmail, SendsALinkThoughAnotherUserAskedToMoveToTheAddress) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto token = scenario.sign_up("eve@example.com").text("access_token");
  scenario.patch("/auth/me", {{"email", ada}, {"current_password", Scenario::password}}, token);
  ASSERT_EQ(scenario.mails(ada, "verify_email").size(), 2U);
  scenario.post("/auth/resend-verification", {{"email", ada}});
  EXPECT_EQ(scenario.mails(ada, "verify_email").size(), 3U);
}

TEST(VerifyEmail, SendsAtMostOneMailAMinuteHoweverOftenItIsAsked) {
  Scenario scenario;
  scenario.register_user(ada);
  scenario.run_queue();
  for (int i = 0; i < 5; ++i) scenario.post("/auth/resend-verification", {{"email", ada}});
  EXPECT_EQ(scenario.mails(ada, "verify_email").size(), 2U);
  scenario.clock().advance(1min);
  scenario.post("/auth/resend-verification", {{"email", ada}});
  EXPECT_EQ(scenario.mails(ada, "verify_email").size(), 3U);
}

TEST(VerifyEmail, AnswersAllResendsAlikeAndMailsNobodyWhoNeedsNone) {
  Scenario scenario;
  scenario.register_user(ada);
  verify(scenario, scenario.link_token(ada, "verify_email"));
  const auto verified = scenario.post("/auth/resend-verification", {{"email", ada}});
  const auto unknown = scenario.post("/auth/resend-verification", {{"email", "bob@example.com"}});
  EXPECT_EQ(verified.status, 202);
  EXPECT_EQ(unknown.status, 202);
  EXPECT_EQ(verified.body, unknown.body);
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("verify_email"));
  EXPECT_THAT(scenario.templates_to("bob@example.com"), IsEmpty());
}

}  // namespace
}  // namespace voyages::tests
