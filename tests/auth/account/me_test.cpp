#include "auth/account/me.h"

#include <gmock/gmock.h>

#include "crypto/jose.h"
#include "tests/auth/oauth/racing_table.h"
#include "tests/auth/scenario.h"
#include "tests/auth/watched_table.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view moved = "ada@new.example";

Answer ask_to_move(Scenario& scenario, std::string_view access_token, std::string_view to = moved) {
  return scenario.patch("/auth/me", {{"email", to}, {"current_password", Scenario::password}}, access_token);
}

TEST(Me, ShowsTheSignedInUser) {
  Scenario scenario;
  const auto session = scenario.sign_up(ada);
  const auto answer = scenario.get("/auth/me", session.text("access_token"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.at("user"), session.body.at("user"));
  EXPECT_EQ(scenario.get("/auth/me").status, 401);
}

TEST(Me, ChangesTheNameAndTakesItAway) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  EXPECT_EQ(scenario.patch("/auth/me", {{"name", "Ada King"}}, token).body.at("user").at("name"), "Ada King");
  EXPECT_EQ(scenario.get("/auth/me", token).body.at("user").at("name"), "Ada King");
  EXPECT_EQ(scenario.patch("/auth/me", {{"name", ""}}, token).status, 200);
  EXPECT_FALSE(scenario.get("/auth/me", token).body.at("user").as_object().contains("name"));
  EXPECT_EQ(scenario.patch("/auth/me", {{"roles", {"owner"}}}, token).status, 422);
}

TEST(Me, ChangesTheAddressOnlyWithThePassword) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  EXPECT_THAT(scenario.patch("/auth/me", {{"email", moved}}, token).faults(), ElementsAre("current_password:required"));
  const auto wrong = scenario.patch("/auth/me", {{"email", moved}, {"current_password", "not my password"}}, token);
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(wrong.code(), "wrong_password");
  EXPECT_THAT(scenario.templates_to(moved), IsEmpty());
}

TEST(Me, MovesToTheNewAddressWhenItsLinkIsOpenedAndTellsTheOldOne) {
  Scenario scenario;
  const auto session = scenario.sign_up(ada);
  EXPECT_EQ(ask_to_move(scenario, session.text("access_token")).body.at("user").at("email").as_string(), ada);
  EXPECT_EQ(scenario.login(moved).status, 401);
  EXPECT_EQ(scenario.login(ada).status, 200);
  EXPECT_THAT(scenario.templates_to(moved), ElementsAre("verify_email"));

  EXPECT_EQ(scenario.post("/auth/verify-email", {{"token", scenario.link_token(moved, "verify_email")}}).status, 204);
  EXPECT_EQ(scenario.login(ada).status, 401);
  EXPECT_TRUE(scenario.login(moved).body.at("user").at("email_verified").as_bool());
  const auto mails = scenario.mails(ada, "email_changed");
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_NE(mails[0].text.find(moved), std::string::npos);
  const auto next = scenario.refresh(session.text("refresh_token"));
  const auto claims = boost::json::parse(crypto::parse_jws(next.text("access_token")).value().payload);
  EXPECT_EQ(claims.at("email").as_string(), moved);
  EXPECT_EQ(scenario.register_user(ada).status, 201);
}

TEST(Me, DoesNotSayThatANewAddressIsTakenUntilItsOwnerOpensTheLink) {
  Scenario scenario;
  scenario.register_user(moved);
  const auto token = scenario.sign_up(ada).text("access_token");
  EXPECT_EQ(ask_to_move(scenario, token).status, 200);
  const auto link = scenario.link_token(moved, "verify_email");
  const auto answer = scenario.post("/auth/verify-email", {{"token", link}});
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.code(), "email_taken");
  EXPECT_EQ(scenario.login(ada).status, 200);
  EXPECT_EQ(scenario.login(moved).status, 200);
}

TEST(Me, StopsResetLinksThatWereMailedToTheOldAddress) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  scenario.post("/auth/forgot-password", {{"email", ada}});
  const auto reset = scenario.link_token(ada, "reset_password");
  ask_to_move(scenario, token);
  scenario.post("/auth/verify-email", {{"token", scenario.link_token(moved, "verify_email")}});
  EXPECT_EQ(scenario.post("/auth/reset-password", {{"token", reset}, {"password", "the old mailbox's choice"}}).code(),
            "invalid_link");
  EXPECT_EQ(scenario.login(moved).status, 200);
}

TEST(Me, FillsNobodysMailboxWithConfirmations) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  EXPECT_EQ(ask_to_move(scenario, token).status, 200);
  const auto again = ask_to_move(scenario, token);
  EXPECT_EQ(again.status, 429);
  EXPECT_EQ(again.headers.get("Retry-After"), "60");
  EXPECT_EQ(scenario.mails(moved, "verify_email").size(), 1U);
  scenario.clock().advance(1min);
  EXPECT_EQ(ask_to_move(scenario, token).status, 200);
}

TEST(Me, StopsTheLinkToAMistypedAddress) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  const boost::json::object mistyped{{"email", "adda@example.com"}, {"current_password", Scenario::password}};
  ASSERT_EQ(scenario.patch("/auth/me", mistyped, token).status, 200);
  const auto link = scenario.link_token("adda@example.com", "verify_email");
  ASSERT_EQ(ask_to_move(scenario, token).status, 200);
  EXPECT_EQ(scenario.post("/auth/verify-email", {{"token", link}}).code(), "invalid_link");
  EXPECT_EQ(scenario.post("/auth/verify-email", {{"token", scenario.link_token(moved, "verify_email")}}).status, 204);
}

// Everything that a user can leave behind: names, sessions that live and that ended, links, mails, failed logins.
TEST(Me, LeavesNothingBehindWhenDeleted) {
  Scenario scenario;
  const auto first = scenario.sign_up(ada);
  const auto user_id = std::string(first.body.at("user").at("id").as_string());
  std::vector<std::string> needles{user_id, std::string(ada), std::string(moved)};
  const auto remember = [&](const Answer& session) {
    EXPECT_EQ(session.status, 200);
    needles.push_back(session.text("refresh_token").substr(0, 36));
    return session;
  };
  remember(first);
  const auto ended = remember(scenario.login(ada));
  remember(scenario.refresh(ended.text("refresh_token")));
  scenario.post("/auth/logout", {}, ended.text("access_token"));
  scenario.clock().advance(6min);
  const auto second = remember(scenario.refresh(first.text("refresh_token")));
  scenario.clock().advance(6min);
  const auto third = remember(scenario.refresh(second.text("refresh_token")));
  remember(scenario.refresh(third.text("refresh_token")));
  needles.push_back(scenario.link_token(ada, "verify_email").substr(0, 36));
  scenario.post("/auth/resend-verification", {{"email", ada}});
  needles.push_back(scenario.link_token(ada, "verify_email").substr(0, 36));
  scenario.post("/auth/forgot-password", {{"email", ada}});
  needles.push_back(scenario.link_token(ada, "reset_password").substr(0, 36));
  scenario.clock().advance(1min);
  scenario.post("/auth/forgot-password", {{"email", ada}});
  needles.push_back(scenario.link_token(ada, "reset_password").substr(0, 36));
  ask_to_move(scenario, third.text("access_token"));
  scenario.login(ada, "not my password");
  scenario.client_ip = "198.51.100.66";
  scenario.login(ada, "not my password");

  ASSERT_EQ(scenario.del("/auth/me", third.text("access_token")).status, 204);
  scenario.run_queue();
  for (const auto& [key, rest] : scenario.stored_items()) {
    if (key.starts_with("BLACKLIST#")) continue;  // of the ended sessions; it goes with their last access token
    for (const auto& needle : needles) {
      EXPECT_EQ(key.find(needle), std::string::npos) << key << ' ' << needle;
      EXPECT_EQ(rest.find(needle), std::string::npos) << key << ' ' << needle;
    }
  }
  EXPECT_EQ(scenario.get("/auth/me", third.text("access_token")).code(), "revoked_token");
  EXPECT_EQ(scenario.login(ada).status, 401);
  EXPECT_EQ(scenario.register_user(ada).status, 201);
}

// The address that the account moves to while it is deleted, whenever that happens.
TEST(Me, LeavesNoAddressTakenWhenDeletedWhileItMoves) {
  std::size_t moves = 0;
  for (std::size_t at = 0;; ++at) {
    Scenario scenario;
    const auto session = scenario.sign_up(ada);
    ask_to_move(scenario, session.text("access_token"));
    const auto token = scenario.link_token(moved, "verify_email");
    const auto user = auth::find_user_by_email(scenario.table(), Email::parse(ada).value()).value();
    bool reached = false;
    WatchedTable table(scenario.table(), [&](std::size_t written) {
      if (written != at) return;
      reached = true;
      moves += scenario.post("/auth/verify-email", {{"token", token}}).status == 204 ? 1 : 0;
    });
    auto auth = over(table, scenario.app().get<auth::Auth>());
    (void)auth::delete_user(auth, user, scenario.clock().now());
    if (!reached) break;
    EXPECT_EQ(scenario.register_user(ada).status, 201) << at;
    EXPECT_EQ(scenario.register_user(moved).status, 201) << at;
  }
  EXPECT_GE(moves, 3U);
}

TEST(Me, LeavesTheOldAddressToItsNextAccountWhenDeletedAfterItMoved) {
  Scenario scenario;
  const auto session = scenario.sign_up(ada);
  ask_to_move(scenario, session.text("access_token"));
  const auto stale = auth::find_user_by_email(scenario.table(), Email::parse(ada).value()).value();
  const auto token = scenario.link_token(moved, "verify_email");
  ASSERT_EQ(scenario.post("/auth/verify-email", {{"token", token}}).status, 204);
  const auto next = scenario.sign_up(ada);
  (void)auth::delete_user(scenario.app().get<auth::Auth>(), stale, scenario.clock().now());
  EXPECT_EQ(scenario.get("/auth/me", session.text("access_token")).code(), "revoked_token");
  EXPECT_EQ(scenario.login(ada).body.at("user").at("id"), next.body.at("user").at("id"));
  EXPECT_EQ(scenario.register_user(moved).status, 201);
}

TEST(Me, LeavesOthersAloneWhenDeleted) {
  Scenario scenario;
  const auto bob = scenario.sign_up("bob@example.com");
  scenario.del("/auth/me", scenario.sign_up(ada).text("access_token"));
  EXPECT_EQ(scenario.get("/auth/me", bob.text("access_token")).status, 200);
  EXPECT_EQ(scenario.refresh(bob.text("refresh_token")).status, 200);
}

}  // namespace
}  // namespace voyages::tests
