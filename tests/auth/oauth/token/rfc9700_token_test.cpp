#include "auth/user.h"
#include "tests/auth/oauth/tokens.h"

/// What RFC 9700 (OAuth 2.0 Security Best Current Practice) demands of the token endpoint and of the tokens, by
/// section.
namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

TEST(Rfc9700Token, Section2_1_1_RefusesAWrongCodeVerifierAndUsesTheCodeUp) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  for (const std::string& verifier : {std::string(43, 'a'), std::string(42, 'a'), std::string(129, 'a'),
                                      challenge_of(test_verifier), std::string("short")}) {
    const auto code = provider.give_code(client);
    EXPECT_EQ(refusal(provider.redeem(client, code, {{"code_verifier", verifier}})), "400 invalid_grant") << verifier;
    EXPECT_EQ(refusal(provider.redeem(client, code)), "400 invalid_grant") << verifier;
  }
}

TEST(Rfc9700Token, Section2_1_1_RefusesACodeVerifierForACodeWithoutAChallenge) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto allowed = provider.allowed(client);
  allowed.code_challenge = "";
  const auto code = provider.give(allowed);
  EXPECT_EQ(refusal(provider.redeem(client, code)), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.redeem(client, code, {{"code_verifier", ""}})), "400 invalid_grant");  // used up
}

TEST(Rfc9700Token, Section2_1_1_TakesACodeWithoutAChallengeOfAClientWithASecretAlone) {
  Provider provider;
  auto client = add_site(provider.scenario);
  auto allowed = provider.allowed(client);
  allowed.code_challenge = "";
  allowed.nonce = "n-1";
  const auto answer = provider.redeem(client, provider.give(allowed), {{"code_verifier", ""}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(jwt_claims(provider.scenario, answer.text("id_token")).at("nonce").as_string(), "n-1");
  // The setting counts when the code is redeemed, too.
  const auto code = provider.give(allowed);
  client.require_pkce = true;
  client = add_client(provider.scenario, client);
  EXPECT_EQ(refusal(provider.redeem(client, code, {{"code_verifier", ""}})), "400 invalid_grant");
}

TEST(Rfc9700Token, Section2_1_1_TakesTheVerifierThatHashesToTheChallengeAndNotTheChallengeItself) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto allowed = provider.allowed(client);
  allowed.code_challenge = test_verifier;  // what `plain` would compare
  EXPECT_EQ(refusal(provider.redeem(client, provider.give(allowed))), "400 invalid_grant");
}

TEST(Rfc9700Token, Section2_1_2_HasNoImplicitGrant) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  EXPECT_EQ(refusal(provider.token(client, {{"grant_type", "implicit"}})), "400 unsupported_grant_type");
}

TEST(Rfc9700Token, Section2_2_1_BindsAccessTokensToTheSendersKey) {
  Provider provider;
  const auto client = add_app(provider.scenario);
  const ProofKey key(provider.scenario);
  const auto token = provider.redeem(client, provider.give_code(client), {}, key.for_token()).text("access_token");
  EXPECT_EQ(provider.userinfo(token).status, 401);
  EXPECT_EQ(userinfo_with(provider.scenario, key.for_userinfo(token)).status, 200);
}

TEST(Rfc9700Token, Section2_2_2_RotatesThePublicClientsRefreshTokensAndEndsTheFamilyOfOneThatComesBack) {
  Provider provider;
  const auto client = add_app(provider.scenario);
  const auto first = provider.sign_in(client);
  const auto second = provider.refresh(client, first.text("refresh_token"));
  EXPECT_NE(second.text("refresh_token"), first.text("refresh_token"));
  provider.scenario.clock().advance(1min);
  EXPECT_EQ(refusal(provider.refresh(client, first.text("refresh_token"))), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.refresh(client, second.text("refresh_token"))), "400 invalid_grant");
}

TEST(Rfc9700Token, Section2_3_RestrictsAccessTokensToTheirResourceAndScope) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto allowed = provider.allowed(client);
  allowed.scope = "email";
  allowed.resources = {"https://api.example"};
  const auto token = provider.redeem(client, provider.give(allowed)).text("access_token");
  const auto claims = jwt_claims(provider.scenario, token);
  EXPECT_EQ(text_of(claims, "aud"), "https://api.example");
  EXPECT_EQ(text_of(claims, "scope"), "email");
  EXPECT_EQ(provider.userinfo(token).status, 401);
  EXPECT_EQ(provider.scenario.get("/auth/me", token).status, 401);
}

TEST(Rfc9700Token, Section2_4_HasNoPasswordGrant) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const Parameters parameters{
      {"grant_type", "password"}, {"username", std::string(ada)}, {"password", std::string(Scenario::password)}};
  EXPECT_EQ(refusal(provider.token(client, parameters)), "400 unsupported_grant_type");
}

TEST(Rfc9700Token, Section2_5_AuthenticatesConfidentialClients) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto nameless = client;
  nameless.token_endpoint_auth_method = "none";
  const auto code = provider.give_code(client);
  EXPECT_EQ(refusal(provider.redeem(nameless, code)), "401 invalid_client");
  EXPECT_EQ(provider.redeem(client, code).status, 200);  // whoever is not the client does not use it up
}

TEST(Rfc9700Token, Section4_3_2_TakesNoTokenInAnAddress) {
  Provider provider;
  const auto token = provider.sign_in(add_site(provider.scenario)).text("access_token");
  EXPECT_EQ(provider.scenario.get("/oauth/userinfo?access_token=" + token).status, 401);
}

TEST(Rfc9700Token, Section4_5_BindsACodeToItsClientAndUsesItUp) {
  Provider provider;
  const auto owner = add_site(provider.scenario);
  const auto thief = add_site(provider.scenario);
  const auto code = provider.give_code(owner);
  EXPECT_EQ(refusal(provider.redeem(thief, code)), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.redeem(owner, code)), "400 invalid_grant");
}

TEST(Rfc9700Token, Section4_5_BindsACodeToItsRedirectUriExactly) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  for (const std::string uri : {"https://site.example/callback/", "https://site.example/callback?x=1",
                                "https://SITE.example/callback", "https://evil.example/callback"}) {
    const auto code = provider.give_code(client);
    EXPECT_EQ(refusal(provider.redeem(client, code, {{"redirect_uri", uri}})), "400 invalid_grant") << uri;
    EXPECT_EQ(refusal(provider.redeem(client, code)), "400 invalid_grant") << uri;
  }
}

TEST(Rfc9700Token, Section4_5_EndsWhatACodeGaveThatComesBack) {
  Provider provider;
  const auto client = add_app(provider.scenario);
  const auto code = provider.give_code(client);
  const auto answer = provider.redeem(client, code);
  EXPECT_EQ(refusal(provider.redeem(client, code)), "400 invalid_grant");
  EXPECT_EQ(provider.userinfo(answer.text("access_token")).status, 401);
  EXPECT_EQ(refusal(provider.refresh(client, answer.text("refresh_token"))), "400 invalid_grant");
}

TEST(Rfc9700Token, Section4_8_DowngradesNoCodeThatWasAskedForWithPkce) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  EXPECT_EQ(refusal(provider.redeem(client, provider.give_code(client), {{"code_verifier", ""}})),
            "400 invalid_request");
}

TEST(Rfc9700Token, Section4_14_BindsRefreshTokensToTheirClient) {
  Provider provider;
  const auto owner = add_app(provider.scenario);
  const auto thief = add_app(provider.scenario);
  const auto token = provider.sign_in(owner).text("refresh_token");
  EXPECT_EQ(refusal(provider.refresh(thief, token)), "400 invalid_grant");
  EXPECT_EQ(provider.refresh(owner, token).status, 200);
}

TEST(Rfc9700Token, Section4_14_BindsRefreshTokensToScopeAndResource) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto allowed = provider.allowed(client);
  allowed.scope = "email";
  allowed.resources = {"https://api.example"};
  const auto token = provider.redeem(client, provider.give(allowed)).text("refresh_token");
  EXPECT_EQ(refusal(provider.refresh(client, token, {{"scope", "email roles"}})), "400 invalid_scope");
  EXPECT_EQ(refusal(provider.refresh(client, token, {{"resource", "https://other.example"}})), "400 invalid_target");
  const auto claims = jwt_claims(provider.scenario, provider.refresh(client, token).text("access_token"));
  EXPECT_EQ(text_of(claims, "scope"), "email");
  EXPECT_EQ(text_of(claims, "aud"), "https://api.example");
}

TEST(Rfc9700Token, Section4_14_GivesNoneToAClientThatMayNotUseIt) {
  Provider provider;
  auto client = test_site();
  client.grant_types = {"authorization_code"};
  client = add_client(provider.scenario, client);
  const auto answer = provider.sign_in(client, "openid offline_access");
  ASSERT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.body.as_object().contains("refresh_token"));
}

TEST(Rfc9700Token, Section4_14_EndsRefreshTokensWhenThePasswordChangesAndAtLogout) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto token = provider.sign_in(client, "openid offline_access").text("refresh_token");
  const auto changed = provider.browser.post(
      "/auth/change-password",
      {{"current_password", Scenario::password}, {"new_password", "another battery staple horse"}});
  ASSERT_EQ(changed.status, 204);
  EXPECT_EQ(refusal(provider.refresh(client, token)), "400 invalid_grant");
  const auto other = provider.sign_in(client).text("refresh_token");
  EXPECT_EQ(provider.browser.call(http::Method::post, "/auth/logout").status, 204);
  EXPECT_EQ(refusal(provider.refresh(client, other)), "400 invalid_grant");
}

TEST(Rfc9700Token, Section4_15_KeepsClientsApartFromUsers) {
  Provider provider;
  auto client = test_site();
  client.scopes.emplace_back("reports:read");
  client = add_client(provider.scenario, client);
  const auto token = provider.token(client, {{"grant_type", "client_credentials"}}).text("access_token");
  EXPECT_EQ(text_of(jwt_claims(provider.scenario, token), "sub"), client.client_id);
  EXPECT_EQ(provider.userinfo(token).status, 403);
  EXPECT_EQ(provider.scenario.get("/auth/me", token).status, 403);
  // No user has an id that a client could have chosen: both are made here.
  EXPECT_FALSE(auth::find_user(provider.scenario.table(), client.client_id));
}

}  // namespace
}  // namespace voyages::tests
