#include <thread>

#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

TEST(RefreshGrant, GivesNewTokensOfTheSameSession) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto first = provider.sign_in(client);
  provider.scenario.clock().advance(1h);
  const auto second = provider.refresh(client, first.text("refresh_token"));
  ASSERT_EQ(second.status, 200);
  EXPECT_NE(second.text("refresh_token"), first.text("refresh_token"));
  EXPECT_EQ(second.text("scope"), "openid profile email");
  const auto before = jwt_claims(provider.scenario, first.text("id_token"));
  const auto after = jwt_claims(provider.scenario, second.text("id_token"));
  for (const auto* name : {"iss", "sub", "aud", "auth_time", "sid", "acr"}) EXPECT_EQ(after.at(name), before.at(name));
  EXPECT_GT(after.at("iat").as_int64(), before.at("iat").as_int64());
  EXPECT_FALSE(after.contains("nonce"));  // OpenID Connect Core §12.2
}

TEST(RefreshGrant, NarrowsTheScopeOfTheAccessTokenButNotOfTheRefreshToken) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto first = provider.sign_in(client);
  const auto narrow = provider.refresh(client, first.text("refresh_token"), {{"scope", "profile profile"}});
  ASSERT_EQ(narrow.status, 200);
  EXPECT_EQ(narrow.text("scope"), "profile");
  EXPECT_FALSE(narrow.body.as_object().contains("id_token"));
  EXPECT_FALSE(jwt_claims(provider.scenario, narrow.text("access_token")).contains("email"));
  EXPECT_EQ(provider.refresh(client, narrow.text("refresh_token")).text("scope"), "openid profile email");
}

TEST(RefreshGrant, NarrowsTheResources) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto allowed = provider.allowed(client);
  allowed.scope = "email";
  allowed.resources = {"https://api.example", "https://files.example"};
  const auto first = provider.redeem(client, provider.give(allowed));
  const auto one = provider.refresh(client, first.text("refresh_token"), {{"resource", "https://api.example"}});
  EXPECT_EQ(text_of(jwt_claims(provider.scenario, one.text("access_token")), "aud"), "https://api.example");
  const auto all = provider.refresh(client, one.text("refresh_token"));
  EXPECT_EQ(jwt_claims(provider.scenario, all.text("access_token")).at("aud").as_array().size(), 2U);
}

TEST(RefreshGrant, AnswersTwoTabsAtOnceWithOneSuccessor) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto token = provider.sign_in(client).text("refresh_token");
  std::vector<std::string> next(8);
  {
    std::vector<std::jthread> threads;
    for (auto& slot : next) {
      threads.emplace_back([&] { slot = provider.refresh(client, token).text("refresh_token"); });
    }
  }
  EXPECT_EQ(std::ranges::count(next, next.front()), 8);
  EXPECT_EQ(provider.refresh(client, next.front()).status, 200);
}

TEST(RefreshGrant, RepeatsTheAnswerForTenSecondsAndNotLonger) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto first = provider.sign_in(client).text("refresh_token");
  const auto second = provider.refresh(client, first).text("refresh_token");
  provider.scenario.clock().advance(10s);
  EXPECT_EQ(provider.refresh(client, first).text("refresh_token"), second);
  EXPECT_TRUE(provider.scenario.mails(ada, "session_revoked").empty());
  provider.scenario.clock().advance(1s);
  EXPECT_EQ(refusal(provider.refresh(client, first)), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.refresh(client, second)), "400 invalid_grant");
}

TEST(RefreshGrant, EndsTheFamilyWhenAUsedTokenComesBackLater) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto first = provider.sign_in(client);
  const auto second = provider.refresh(client, first.text("refresh_token"));
  provider.scenario.clock().advance(11s);
  EXPECT_EQ(refusal(provider.refresh(client, first.text("refresh_token"))), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.refresh(client, second.text("refresh_token"))), "400 invalid_grant");
  EXPECT_EQ(provider.userinfo(second.text("access_token")).status, 401);
  EXPECT_FALSE(provider.is_active(client, second.text("access_token")));
  EXPECT_EQ(provider.scenario.mails(ada, "session_revoked").size(), 1U);
}

TEST(RefreshGrant, RefusesAnotherClientsTokenAndDoesItsOwnerNoHarm) {
  Provider provider;
  const auto owner = add_site(provider.scenario);
  const auto thief = add_site(provider.scenario);
  const auto first = provider.sign_in(owner);
  EXPECT_EQ(refusal(provider.refresh(thief, first.text("refresh_token"))), "400 invalid_grant");
  const auto second = provider.refresh(owner, first.text("refresh_token"));
  ASSERT_EQ(second.status, 200);
  provider.scenario.clock().advance(1min);
  // A used token in a stranger's hands does not end the family either.
  EXPECT_EQ(refusal(provider.refresh(thief, first.text("refresh_token"))), "400 invalid_grant");
  EXPECT_EQ(provider.refresh(owner, second.text("refresh_token")).status, 200);
}

TEST(RefreshGrant, RefusesASessionsOwnRefreshTokenAndIsRefusedAtItsRoute) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto own = provider.scenario.login(ada).text("refresh_token");
  EXPECT_EQ(refusal(provider.refresh(client, own)), "400 invalid_grant");
  EXPECT_EQ(provider.scenario.refresh(own).status, 200);
  EXPECT_EQ(provider.scenario.refresh(provider.sign_in(client).text("refresh_token")).status, 401);
}

TEST(RefreshGrant, RefusesADisabledClientAndADisabledUser) {
  Provider provider;
  auto client = add_site(provider.scenario);
  const auto token = provider.sign_in(client).text("refresh_token");
  client.disabled_at = provider.scenario.clock().now();
  add_client(provider.scenario, client);
  EXPECT_EQ(refusal(provider.refresh(client, token)), "401 invalid_client");
  client.disabled_at.reset();
  add_client(provider.scenario, client);
  const auto next = provider.refresh(client, token);
  ASSERT_EQ(next.status, 200);
  const auto owner = provider.scenario.owner_token();
  provider.scenario.patch("/admin/users/" + provider.user_id, {{"disabled", true}}, owner);
  EXPECT_EQ(refusal(provider.refresh(client, next.text("refresh_token"))), "400 invalid_grant");
}

TEST(RefreshGrant, SaysTheRolesThatTheUserHasNow) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto first = provider.sign_in(client, "openid roles");
  EXPECT_FALSE(jwt_claims(provider.scenario, first.text("access_token")).contains("roles"));
  const auto owner = provider.scenario.owner_token();
  provider.scenario.patch("/admin/users/" + provider.user_id, {{"roles", boost::json::array{"editor"}}}, owner);
  const auto second = provider.refresh(client, first.text("refresh_token"));
  EXPECT_EQ(jwt_claims(provider.scenario, second.text("access_token")).at("roles"), boost::json::array{"editor"});
}

// A client of which an administrator takes something while it holds a session.
struct ChangedClient : testing::Test {
  void change(boost::json::object metadata) {
    EXPECT_EQ(provider.scenario.patch("/admin/clients/" + client.client_id, std::move(metadata), owner).status, 200);
  }

  Provider provider;
  TestClient client = add_site(provider.scenario);
  std::string owner = provider.scenario.owner_token();
};

TEST_F(ChangedClient, IsGivenNoScopeThatItMayNotAskForAnyMore) {
  auto token = provider.sign_in(client, "openid profile email").text("refresh_token");
  change({{"scope", "openid email roles"}});
  const auto narrowed = provider.refresh(client, token);
  ASSERT_EQ(narrowed.status, 200);
  EXPECT_EQ(narrowed.text("scope"), "openid email");
  EXPECT_FALSE(provider.userinfo(narrowed.text("access_token")).body.as_object().contains("name"));
  token = narrowed.text("refresh_token");
  EXPECT_EQ(refusal(provider.refresh(client, token, {{"scope", "profile"}})), "400 invalid_scope");
  EXPECT_EQ(refusal(provider.refresh(client, token, {{"scope", "openid roles"}})), "400 invalid_scope");
  change({{"scope", "roles"}});
  EXPECT_EQ(refusal(provider.refresh(client, token)), "400 invalid_scope");
  change({{"scope", "openid profile email"}});
  EXPECT_EQ(provider.refresh(client, token).text("scope"), "openid profile email");
}

TEST_F(ChangedClient, IsGivenNoResourceThatItMayNotCallAnyMore) {
  auto allowed = provider.allowed(client);
  allowed.scope = "email";
  allowed.resources = {"https://api.example", "https://files.example"};
  auto token = provider.redeem(client, provider.give(allowed)).text("refresh_token");
  change({{"resources", boost::json::array{"https://files.example", "https://other.example"}}});
  const auto narrowed = provider.refresh(client, token);
  ASSERT_EQ(narrowed.status, 200);
  EXPECT_EQ(text_of(jwt_claims(provider.scenario, narrowed.text("access_token")), "aud"), "https://files.example");
  token = narrowed.text("refresh_token");
  change({{"resources", boost::json::array{"https://other.example"}}});
  EXPECT_EQ(refusal(provider.refresh(client, token)), "400 invalid_target");
}

TEST_F(ChangedClient, IsGivenNothingByACodeThatItMayNotAskForAnyMore) {
  auto allowed = provider.allowed(client);
  allowed.scope = "openid email";
  allowed.resources = {"https://api.example"};
  const auto codes = {provider.give(allowed), provider.give(allowed), provider.give(allowed)};
  const auto* code = codes.begin();
  change({{"scope", "openid"}});
  EXPECT_EQ(provider.redeem(client, *code++).text("scope"), "openid");
  change({{"resources", boost::json::array{"https://other.example"}}});
  EXPECT_EQ(refusal(provider.redeem(client, *code++)), "400 invalid_target");
  change({{"scope", "profile"}, {"resources", boost::json::array()}});
  EXPECT_EQ(refusal(provider.redeem(client, *code)), "400 invalid_grant");
}

TEST_F(ChangedClient, ThatIsTheOperatorsOwnNoMoreHoldsNothingThatNobodyAllowed) {
  const auto token = provider.sign_in(client).text("refresh_token");
  change({{"first_party", false}});
  EXPECT_EQ(refusal(provider.refresh(client, token)), "400 invalid_grant");
  change({{"first_party", true}});
  EXPECT_EQ(provider.refresh(client, token).status, 200);
}

TEST_F(ChangedClient, OutlivesNoBrowserOnceItMayNot) {
  const auto token = provider.sign_in(client, "openid offline_access").text("refresh_token");
  change({{"scope", "openid"}});
  EXPECT_EQ(refusal(provider.refresh(client, token)), "400 invalid_grant");
}

}  // namespace
}  // namespace voyages::tests
