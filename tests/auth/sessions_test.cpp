#include "auth/sessions.h"

#include "base/uuid.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

boost::json::array list(Scenario& scenario, const Answer& session) {
  return scenario.get("/auth/sessions", session.text("access_token")).body.at("items").as_array();
}

TEST(Sessions, AreListedNewestFirstWithThisOneMarked) {
  Scenario scenario;
  const auto first = scenario.sign_up(ada);
  scenario.clock().advance(1min);
  scenario.client_ip = "198.51.100.66";
  scenario.login(ada);
  const auto sessions = list(scenario, first);
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions[0].at("ip"), "198.51.100.66");
  EXPECT_FALSE(sessions[0].at("current").as_bool());
  EXPECT_EQ(sessions[1].at("ip"), "203.0.113.7");
  EXPECT_TRUE(sessions[1].at("current").as_bool());
  EXPECT_EQ(sessions[1].at("user_agent"), "test browser");
  EXPECT_EQ(sessions[1].at("created_at").as_string(), to_rfc3339(scenario.clock().now() - 1min));
}

TEST(Sessions, AreEndedOneByOne) {
  Scenario scenario;
  const auto here = scenario.sign_up(ada);
  const auto there = scenario.login(ada);
  const auto id = std::string(list(scenario, here)[0].at("id").as_string());
  EXPECT_EQ(scenario.del("/auth/sessions/" + id, here.text("access_token")).status, 204);
  EXPECT_EQ(scenario.get("/auth/me", there.text("access_token")).code(), "revoked_token");
  EXPECT_EQ(scenario.refresh(there.text("refresh_token")).status, 401);
  EXPECT_EQ(list(scenario, here).size(), 1U);
  EXPECT_EQ(scenario.del("/auth/sessions/" + id, here.text("access_token")).code(), "session_not_found");
}

TEST(Sessions, OfOthersAreNotThere) {
  Scenario scenario;
  const auto mine = scenario.sign_up(ada);
  const auto theirs = scenario.sign_up("bob@example.com");
  const auto id = std::string(list(scenario, theirs)[0].at("id").as_string());
  const auto answer = scenario.del("/auth/sessions/" + id, mine.text("access_token"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.code(), "session_not_found");
  EXPECT_EQ(scenario.get("/auth/me", theirs.text("access_token")).status, 200);
  EXPECT_EQ(scenario.refresh(theirs.text("refresh_token")).status, 200);
  EXPECT_EQ(scenario.del("/auth/sessions/nonsense", mine.text("access_token")).status, 422);
}

TEST(Sessions, ElsewhereAreEndedTogether) {
  Scenario scenario;
  const auto here = scenario.sign_up(ada);
  const auto there = scenario.login(ada);
  const auto stranger = scenario.sign_up("bob@example.com");
  EXPECT_EQ(scenario.del("/auth/sessions", here.text("access_token")).status, 204);
  EXPECT_EQ(scenario.get("/auth/me", here.text("access_token")).status, 200);
  EXPECT_EQ(scenario.get("/auth/me", there.text("access_token")).code(), "revoked_token");
  EXPECT_EQ(scenario.get("/auth/me", stranger.text("access_token")).status, 200);
}

TEST(Sessions, LeaveTheListWhenTheyExpire) {
  Scenario scenario;
  scenario.sign_up(ada);
  scenario.clock().advance(24h * 90);
  EXPECT_EQ(list(scenario, scenario.login(ada)).size(), 1U);
}

TEST(Sessions, AreSeenToAboutFiveMinutesHoweverOftenTheyRefresh) {
  Scenario scenario;
  auto session = scenario.sign_up(ada);
  for (int i = 0; i < 5; ++i) {
    scenario.clock().advance(4min);
    session = scenario.refresh(session.text("refresh_token"));
    ASSERT_EQ(session.status, 200);
  }
  const auto seen = parse_rfc3339(list(scenario, session)[0].at("last_seen_at").as_string());
  ASSERT_TRUE(seen);
  EXPECT_LT(scenario.clock().now() - *seen, 5min);
}

TEST(Sessions, TakeAUserAgentThatIsNoText) {
  Scenario scenario;
  scenario.register_user(ada);
  for (const auto& agent : {std::string("Caf\xe9/1.0"), std::string(255, 'x') + "\u00e9"}) {
    http::Request request{.method = http::Method::post, .target = "/auth/login", .peer_ip = "203.0.113.7"};
    request.headers.add("User-Agent", agent);
    request.headers.add("Content-Type", "application/json");
    request.body = boost::json::serialize(boost::json::object{{"email", ada}, {"password", Scenario::password}});
    EXPECT_EQ(scenario.send(request).status, 200) << agent;
  }
}

}  // namespace
}  // namespace voyages::tests
