#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

TEST(Revocation, EndsTheSessionByItsRefreshToken) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto answer = provider.sign_in(client);
  const auto other = provider.sign_in(client);
  const auto revoked = provider.revoke(client, answer.text("refresh_token"));
  EXPECT_EQ(revoked.status, 200);
  EXPECT_TRUE(revoked.body.is_null());
  EXPECT_EQ(provider.userinfo(answer.text("access_token")).status, 401);
  EXPECT_EQ(refusal(provider.refresh(client, answer.text("refresh_token"))), "400 invalid_grant");
  EXPECT_EQ(provider.userinfo(other.text("access_token")).status, 200);
  EXPECT_EQ(provider.browser.call(http::Method::get, "/auth/me").status, 200);
}

TEST(Revocation, EndsTheSessionByItsAccessToken) {
  Provider provider;
  const auto client = add_app(provider.scenario);
  const auto answer = provider.sign_in(client);
  EXPECT_EQ(provider.revoke(client, answer.text("access_token")).status, 200);
  EXPECT_EQ(provider.userinfo(answer.text("access_token")).status, 401);
  EXPECT_EQ(refusal(provider.refresh(client, answer.text("refresh_token"))), "400 invalid_grant");
}

TEST(Revocation, AcceptsATokenThatIsUnknownOrWasRevoked) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  EXPECT_EQ(provider.revoke(client, "nonsense").status, 200);
  const auto token = provider.sign_in(client).text("refresh_token");
  EXPECT_EQ(provider.revoke(client, token).status, 200);
  EXPECT_EQ(provider.revoke(client, token).status, 200);
}

TEST(Revocation, RefusesAnotherClientsTokenAndAUsersOwn) {
  Provider provider;
  const auto owner = add_site(provider.scenario);
  const auto thief = add_site(provider.scenario);
  const auto answer = provider.sign_in(owner);
  EXPECT_EQ(refusal(provider.revoke(thief, answer.text("access_token"))), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.revoke(thief, answer.text("refresh_token"))), "400 invalid_grant");
  EXPECT_EQ(provider.refresh(owner, answer.text("refresh_token")).status, 200);
  const auto own = provider.scenario.login(ada);
  EXPECT_EQ(refusal(provider.revoke(thief, own.text("access_token"))), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.revoke(thief, own.text("refresh_token"))), "400 invalid_grant");
  EXPECT_EQ(provider.scenario.get("/auth/me", own.text("access_token")).status, 200);
}

TEST(Revocation, NeedsTheClientsSecret) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto token = provider.sign_in(client).text("access_token");
  http::Request request{.method = http::Method::post, .target = "/oauth/revoke"};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = "token=" + token + "&client_id=" + client.client_id;
  EXPECT_EQ(refusal(provider.scenario.send(request)), "401 invalid_client");
  EXPECT_EQ(provider.userinfo(token).status, 200);
}

TEST(Revocation, NeedsAToken) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  EXPECT_EQ(refusal(call_as(provider.scenario, client, "/oauth/revoke", {})), "400 invalid_request");
}

}  // namespace
}  // namespace voyages::tests
