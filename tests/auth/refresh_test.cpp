#include "auth/refresh.h"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "crypto/jose.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

boost::json::object claims(const Answer& answer) {
  return boost::json::parse(crypto::parse_jws(answer.text("access_token")).value().payload).as_object();
}

TEST(Refresh, TradesTheTokenForANewPair) {
  Scenario scenario;
  const auto first = scenario.sign_up(ada);
  const auto second = scenario.refresh(first.text("refresh_token"));
  ASSERT_EQ(second.status, 200);
  EXPECT_EQ(second.text("token_type"), "Bearer");
  EXPECT_EQ(second.body.at("expires_in").as_int64(), 900);
  EXPECT_EQ(second.headers.get("Cache-Control"), "no-store");
  EXPECT_NE(second.text("refresh_token"), first.text("refresh_token"));
  EXPECT_NE(claims(second).at("jti"), claims(first).at("jti"));
  EXPECT_EQ(claims(second).at("sid"), claims(first).at("sid"));
  EXPECT_EQ(scenario.get("/auth/me", second.text("access_token")).status, 200);
  EXPECT_EQ(scenario.refresh(second.text("refresh_token")).status, 200);
}

TEST(Refresh, GivesTheSameSuccessorWithinTheGrace) {
  Scenario scenario;
  const auto first = scenario.sign_up(ada);
  const auto second = scenario.refresh(first.text("refresh_token"));
  scenario.clock().advance(10s);
  const auto again = scenario.refresh(first.text("refresh_token"));
  ASSERT_EQ(again.status, 200);
  EXPECT_EQ(again.text("refresh_token"), second.text("refresh_token"));
  EXPECT_EQ(scenario.refresh(second.text("refresh_token")).status, 200);
}

TEST(Refresh, EndsTheSessionWhenAUsedTokenComesBackLater) {
  Scenario scenario;
  const auto first = scenario.sign_up(ada);
  const auto other = scenario.login(ada);
  const auto second = scenario.refresh(first.text("refresh_token"));
  scenario.clock().advance(11s);
  const auto reused = scenario.refresh(first.text("refresh_token"));
  EXPECT_EQ(reused.status, 401);
  EXPECT_EQ(reused.code(), "invalid_refresh_token");
  EXPECT_EQ(scenario.get("/auth/me", first.text("access_token")).code(), "revoked_token");
  EXPECT_EQ(scenario.get("/auth/me", second.text("access_token")).code(), "revoked_token");
  EXPECT_EQ(scenario.refresh(second.text("refresh_token")).status, 401);
  EXPECT_EQ(scenario.refresh(first.text("refresh_token")).status, 401);
  EXPECT_EQ(scenario.mails(ada, "session_revoked").size(), 1U);
  EXPECT_EQ(scenario.refresh(other.text("refresh_token")).status, 200);
}

TEST(Refresh, TellsTheOwnerAtTheAddressThatTheAccountHasNow) {
  Scenario scenario;
  const auto first = scenario.sign_up(ada);
  scenario.refresh(first.text("refresh_token"));
  scenario.patch("/auth/me", {{"email", "new@example.com"}, {"current_password", Scenario::password}},
                 first.text("access_token"));
  scenario.post("/auth/verify-email", {{"token", scenario.link_token("new@example.com", "verify_email")}});
  scenario.clock().advance(11s);
  scenario.refresh(first.text("refresh_token"));
  EXPECT_EQ(scenario.mails("new@example.com", "session_revoked").size(), 1U);
  EXPECT_TRUE(scenario.mails(ada, "session_revoked").empty());
}

TEST(Refresh, AnswersEightTabsAtOnceWithOneSuccessor) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("refresh_token");
  std::vector<Answer> answers(8);
  {
    std::vector<std::jthread> threads;
    for (auto& answer : answers) threads.emplace_back([&] { answer = scenario.refresh(token); });
  }
  std::set<std::string> successors;
  for (const auto& answer : answers) {
    ASSERT_EQ(answer.status, 200);
    successors.insert(answer.text("refresh_token"));
    EXPECT_EQ(scenario.get("/auth/me", answer.text("access_token")).status, 200);
  }
  EXPECT_EQ(successors.size(), 1U);
}

TEST(Refresh, RefusesARightIdWithAWrongSecretAndRevokesNothing) {
  Scenario scenario;
  const auto session = scenario.sign_up(ada);
  const auto token = session.text("refresh_token");
  auto forged = token;
  forged[40] = forged[40] == 'A' ? 'B' : 'A';
  EXPECT_EQ(scenario.refresh(forged).status, 401);
  scenario.clock().advance(1min);
  EXPECT_EQ(scenario.refresh(forged).status, 401);
  EXPECT_EQ(scenario.get("/auth/me", session.text("access_token")).status, 200);
  EXPECT_EQ(scenario.refresh(token).status, 200);
  EXPECT_TRUE(scenario.mails(ada, "session_revoked").empty());
}

TEST(Refresh, RefusesWhatIsNoRefreshToken) {
  Scenario scenario;
  const auto session = scenario.sign_up(ada);
  for (const auto& text : {std::string(), std::string("nonsense"), session.text("access_token"),
                           scenario.link_token(ada, "verify_email")}) {
    EXPECT_EQ(scenario.refresh(text).code(), "invalid_refresh_token");
  }
}

TEST(Refresh, ExpiresWhenNotUsed) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("refresh_token");
  scenario.clock().advance(24h * 30);
  EXPECT_EQ(scenario.refresh(token).status, 401);
}

TEST(Refresh, OutlivesNoSession) {
  Scenario scenario;
  auto token = scenario.sign_up(ada).text("refresh_token");
  for (int day = 20; day < 90; day += 20) {
    scenario.clock().advance(24h * 20);
    const auto next = scenario.refresh(token);
    ASSERT_EQ(next.status, 200) << day;
    token = next.text("refresh_token");
  }
  scenario.clock().advance(24h * 10);
  EXPECT_EQ(scenario.refresh(token).status, 401);
}

TEST(Refresh, RefusesADisabledUser) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto session = scenario.sign_up(ada);
  const auto id = std::string(session.body.at("user").at("id").as_string());
  scenario.patch("/admin/users/" + id, {{"disabled", true}}, owner);
  EXPECT_EQ(scenario.refresh(session.text("refresh_token")).status, 401);
  scenario.patch("/admin/users/" + id, {{"disabled", false}}, owner);
  EXPECT_EQ(scenario.refresh(session.text("refresh_token")).status, 401);
}

TEST(Refresh, CarriesNewRolesIntoTheNextAccessToken) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto session = scenario.sign_up(ada);
  const auto id = std::string(session.body.at("user").at("id").as_string());
  scenario.patch("/admin/users/" + id, {{"roles", {"editor"}}}, owner);
  const auto next = scenario.refresh(session.text("refresh_token"));
  EXPECT_EQ(claims(next).at("roles"), (boost::json::array{"editor"}));
  scenario.patch("/admin/users/" + id, {{"roles", boost::json::array()}}, owner);
  EXPECT_EQ(claims(scenario.refresh(next.text("refresh_token"))).at("roles"), boost::json::array());
}

TEST(Refresh, FailsAfterLogout) {
  Scenario scenario;
  const auto session = scenario.sign_up(ada);
  const auto next = scenario.refresh(session.text("refresh_token"));
  scenario.post("/auth/logout", {}, session.text("access_token"));
  EXPECT_EQ(scenario.refresh(session.text("refresh_token")).status, 401);
  EXPECT_EQ(scenario.refresh(next.text("refresh_token")).status, 401);
  EXPECT_TRUE(scenario.mails(ada, "session_revoked").empty());
}

TEST(Refresh, KeepsTheSecretsOfTokensOutOfTheFileAndTheLog) {
  Scenario scenario;
  const auto first = scenario.sign_up(ada);
  const auto second = scenario.refresh(first.text("refresh_token"));
  const auto log = scenario.log_text();
  for (const auto& token : {first.text("refresh_token"), second.text("refresh_token")}) {
    const auto secret = token.substr(37);
    for (const auto& [key, rest] : scenario.stored_items()) EXPECT_EQ(rest.find(secret), std::string::npos) << key;
    EXPECT_EQ(log.find(secret), std::string::npos);
  }
}

}  // namespace
}  // namespace voyages::tests
