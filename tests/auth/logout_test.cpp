#include "auth/logout.h"

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

TEST(Logout, EndsThisSessionAndNoOther) {
  Scenario scenario;
  const auto here = scenario.sign_up(ada);
  const auto there = scenario.login(ada);
  EXPECT_EQ(scenario.call(http::Method::post, "/auth/logout", std::nullopt, here.text("access_token")).status, 204);
  const auto refused = scenario.get("/auth/me", here.text("access_token"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.code(), "revoked_token");
  EXPECT_NE(refused.headers.get("WWW-Authenticate").find("invalid_token"), std::string_view::npos);
  EXPECT_EQ(scenario.get("/auth/me", there.text("access_token")).status, 200);
}

TEST(Logout, EndsTheTokensOfTheSessionFromBeforeARefreshToo) {
  Scenario scenario;
  const auto older = scenario.sign_up(ada);
  const auto newer = scenario.refresh(older.text("refresh_token"));
  scenario.post("/auth/logout", {}, newer.text("access_token"));
  EXPECT_EQ(scenario.get("/auth/me", older.text("access_token")).code(), "revoked_token");
}

TEST(Logout, IsNoticedWhenTheRevocationCacheHasForgottenTheSession) {
  auto config = Scenario::test_config();
  config.of<auth::AuthOptions>().revocation_cache = 5s;
  Scenario scenario(config);
  const auto token = scenario.sign_up(ada).text("access_token");
  ASSERT_EQ(scenario.get("/auth/me", token).status, 200);
  scenario.clock().advance(4s);
  ASSERT_EQ(scenario.post("/auth/logout", {}, token).status, 204);
  EXPECT_EQ(scenario.get("/auth/me", token).status, 200);
  scenario.clock().advance(1s);
  EXPECT_EQ(scenario.get("/auth/me", token).code(), "revoked_token");
}

TEST(Logout, RefusesTheTokenUntilItWouldHaveExpired) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  scenario.post("/auth/logout", {}, token);
  scenario.clock().advance(899s);
  EXPECT_EQ(scenario.get("/auth/me", token).code(), "revoked_token");
  scenario.clock().advance(1s);
  EXPECT_EQ(scenario.get("/auth/me", token).code(), "expired_token");
}

TEST(Logout, NeedsASession) {
  Scenario scenario;
  const auto answer = scenario.post("/auth/logout", {});
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.code(), "unauthenticated");
  EXPECT_EQ(answer.headers.get("WWW-Authenticate"), R"(Bearer realm="voyages")");
}

// Another process may have been configured to sign tokens that live longer than ours.
TEST(Logout, RefusesEvenTheLongestTokenOfTheSession) {
  Scenario scenario;
  const auto token = scenario.sign_up("ada@example.com").text("access_token");
  auto& tokens = scenario.app().get<auth::Auth>().access_tokens;
  auth::AccessTokens longest(scenario.app().get<auth::Auth>().keys,
                             {.issuer = tokens.issuer(), .ttl = std::chrono::days(1)});
  auto principal = *tokens.check(token, scenario.clock().now()).value();
  const auto long_token = longest.issue(principal, scenario.clock().now());
  ASSERT_EQ(scenario.get("/auth/me", long_token.expose()).status, 200);
  ASSERT_EQ(scenario.post("/auth/logout", {}, token).status, 204);
  scenario.clock().advance(std::chrono::hours(23));
  EXPECT_EQ(scenario.get("/auth/me", long_token.expose()).code(), "revoked_token");
}

}  // namespace
}  // namespace voyages::tests
