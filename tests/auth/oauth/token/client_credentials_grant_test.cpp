#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

const Parameters grant{{"grant_type", "client_credentials"}};

TestClient service(Scenario& scenario) {
  auto client = test_client("A service");
  client.scopes = {"openid", "email", "reports:read", "reports:write"};
  return add_client(scenario, client);
}

TEST(ClientCredentialsGrant, GivesTheClientATokenOfItsOwn) {
  Provider provider;
  const auto client = service(provider.scenario);
  const auto answer = provider.token(client, with(grant, {{"resource", "https://api.example"}}));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("scope"), "reports:read reports:write");
  EXPECT_FALSE(answer.body.as_object().contains("refresh_token"));
  EXPECT_FALSE(answer.body.as_object().contains("id_token"));
  const auto claims = jwt_claims(provider.scenario, answer.text("access_token"));
  EXPECT_EQ(text_of(claims, "sub"), client.client_id);
  EXPECT_EQ(text_of(claims, "client_id"), client.client_id);
  EXPECT_EQ(text_of(claims, "aud"), "https://api.example");
  EXPECT_FALSE(claims.contains("email"));
}

TEST(ClientCredentialsGrant, NarrowsTheScope) {
  Provider provider;
  const auto client = service(provider.scenario);
  EXPECT_EQ(provider.token(client, with(grant, {{"scope", "reports:read"}})).text("scope"), "reports:read");
}

TEST(ClientCredentialsGrant, RefusesScopesAboutAPersonAndThoseOfOthers) {
  Provider provider;
  const auto client = service(provider.scenario);
  for (const std::string scope :
       {"openid", "profile", "email", "roles", "offline_access", "admin", "reports:read openid"}) {
    EXPECT_EQ(refusal(provider.token(client, with(grant, {{"scope", scope}}))), "400 invalid_scope") << scope;
  }
}

TEST(ClientCredentialsGrant, IsNotForPublicClients) {
  Provider provider;
  EXPECT_EQ(refusal(provider.token(add_app(provider.scenario), grant)), "400 unauthorized_client");
}

TEST(ClientCredentialsGrant, OpensNothingOfAUsers) {
  Provider provider;
  const auto client = service(provider.scenario);
  const auto token = provider.token(client, grant).text("access_token");
  EXPECT_EQ(provider.scenario.get("/auth/me", token).status, 403);
  EXPECT_EQ(provider.scenario.get("/auth/verify", token).status, 403);
  EXPECT_EQ(provider.scenario.get("/admin/users", token).status, 403);
  EXPECT_EQ(provider.userinfo(token).status, 403);
}

TEST(ClientCredentialsGrant, GivesTokensThatCanBeRevoked) {
  Provider provider;
  const auto client = service(provider.scenario);
  const auto token = provider.token(client, grant).text("access_token");
  const auto other = provider.token(client, grant).text("access_token");
  EXPECT_TRUE(provider.is_active(client, token));
  EXPECT_EQ(provider.revoke(client, token).status, 200);
  EXPECT_FALSE(provider.is_active(client, token));
  EXPECT_TRUE(provider.is_active(client, other));
}

}  // namespace
}  // namespace voyages::tests
