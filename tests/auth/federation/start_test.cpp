#include "auth/federation/start.h"

#include <gmock/gmock.h>

#include "auth/federation/attempt.h"
#include "tests/auth/federation/federation_scenario.h"

namespace voyages::tests {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(StartFederation, SendsTheBrowserToTheProviderWithAllThatItMustBringBack) {
  FederationScenario scenario;
  const auto answer = scenario.start({{"return_to", "/account"}});
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(answer.text("authorization_url"), StartsWith(scenario.upstream.server.url() + "/authorize?"));
  auto asked = scenario.asked;
  EXPECT_EQ(asked["response_type"], "code");
  EXPECT_EQ(asked["client_id"], "our-client");
  EXPECT_EQ(asked["redirect_uri"], "http://localhost:8080/auth/federation/acme/callback");
  EXPECT_EQ(asked["scope"], "openid email profile");
  EXPECT_EQ(asked["code_challenge_method"], "S256");
  EXPECT_EQ(asked["code_challenge"].size(), 43U);
  EXPECT_EQ(asked["nonce"].size(), 43U);
  EXPECT_EQ(asked["state"].size(), 80U);
  const std::string cookie(answer.headers.get("Set-Cookie"));
  EXPECT_THAT(cookie, StartsWith("voyages_federation="));
  EXPECT_THAT(cookie, HasSubstr("; HttpOnly; SameSite=Lax"));
}

TEST(StartFederation, HasTheProviderAskAgainWhoIsSignedInHereAlready) {
  FederationScenario scenario;
  scenario.start();
  EXPECT_FALSE(scenario.asked.contains("prompt"));
  scenario.come_back_with_code();
  scenario.start();
  EXPECT_EQ(scenario.asked["prompt"], "login");
  scenario.start({{"link", true}});  // proves nothing about who sits here
  EXPECT_FALSE(scenario.asked.contains("prompt"));
}

TEST(StartFederation, KeepsWhatTheProvidersAddressHas) {
  FederationScenario scenario;
  scenario.upstream.metadata["authorization_endpoint"] = scenario.upstream.server.url() + "/authorize?tenant=x%26y";
  scenario.start();
  EXPECT_EQ(scenario.asked["tenant"], "x&y");
  EXPECT_EQ(scenario.asked["response_type"], "code");
}

TEST(StartFederation, HasACookieThatNoSiblingCanSetBehindTls) {
  auto config = Scenario::test_config();
  config.public_url = "https://id.example.com";
  FederationScenario scenario(config);
  const auto answer = scenario.start();
  const std::string cookie(answer.headers.get("Set-Cookie"));
  EXPECT_THAT(cookie, StartsWith("__Host-voyages_federation="));
  EXPECT_THAT(cookie, HasSubstr("; Secure"));
  EXPECT_THAT(cookie, HasSubstr("; Path=/;"));
  EXPECT_THAT(cookie, Not(HasSubstr("Domain")));
}

TEST(StartFederation, TwoTabsOfOneBrowserMayBeUnderWayAtOnce) {
  FederationScenario scenario;
  scenario.start();
  const auto first = scenario.asked;
  const auto first_claims = scenario.upstream.claims;
  scenario.start();
  EXPECT_NE(first.at("state"), scenario.asked.at("state"));
  EXPECT_NE(first.at("nonce"), scenario.asked.at("nonce"));
  EXPECT_NE(first.at("code_challenge"), scenario.asked.at("code_challenge"));
  scenario.upstream.claims = first_claims;
  EXPECT_EQ(scenario.come_back({{"state", first.at("state")}, {"code", "one"}}), "/account");
  scenario.upstream.claims["nonce"] = scenario.asked["nonce"];
  EXPECT_EQ(scenario.come_back({{"state", scenario.asked["state"]}, {"code", "two"}}), "/account");
}

TEST(StartFederation, RefusesPagesOfOtherSites) {
  FederationScenario scenario;
  for (const auto* site : {"cross-site", "same-site", "none", ""}) {
    const auto answer = scenario.browse(http::Method::post, "/auth/federation/acme", boost::json::object(), site);
    EXPECT_EQ(answer.status, 403) << site;
    EXPECT_EQ(answer.code(), "cross_site_request") << site;
    EXPECT_EQ(answer.headers.find("Set-Cookie"), nullptr);
  }
  for (const auto& item : scenario.stored_items()) EXPECT_THAT(item.second, Not(HasSubstr("FEDERATION")));
}

TEST(StartFederation, KnowsOnlyItsProviders) {
  FederationScenario scenario;
  EXPECT_EQ(scenario.start({}, "nobody").code(), "provider_not_found");
  EXPECT_EQ(scenario.start({}, "UPPER").code(), "invalid_input");
  EXPECT_EQ(scenario.start({{"unknown", 1}}).code(), "invalid_input");
}

TEST(StartFederation, LinksOnlyForWhoIsSignedInWithAProvenAddress) {
  FederationScenario scenario;
  EXPECT_EQ(scenario.start({{"link", true}}).code(), "unauthenticated");
  scenario.make_account(ada, false);
  scenario.sign_in_with_password(ada);
  EXPECT_EQ(scenario.start({{"link", true}}).code(), "email_not_verified");
}

TEST(StartFederation, SaysWhenTheProviderCannotBeReachedAndLeavesItAloneForAMoment) {
  FederationScenario scenario;
  scenario.add_provider("gone", "http://127.0.0.1:1");
  const auto answer = scenario.start({}, "gone");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.code(), "federation_failed");
  scenario.upstream.metadata["issuer"] = "https://evil.example";
  EXPECT_EQ(scenario.start().code(), "federation_failed");
  EXPECT_EQ(scenario.start().code(), "federation_failed");
  EXPECT_EQ(scenario.upstream.server.received("/.well-known/openid-configuration").size(), 1U);
  EXPECT_THAT(scenario.log_text(), HasSubstr("its metadata names another issuer"));
  scenario.upstream.metadata["issuer"] = scenario.upstream.server.url();
  scenario.clock().advance(std::chrono::seconds(10));
  EXPECT_EQ(scenario.start().status, 200);
}

TEST(StartFederation, FollowsNoRedirectOfTheProvider) {
  FederationScenario scenario;
  scenario.upstream.server.on("/.well-known/openid-configuration", [&](const auto&) {
    return JsonAnswer{nullptr, 302, "Location: " + scenario.upstream.server.url() + "/elsewhere\r\n"};
  });
  EXPECT_EQ(scenario.start().code(), "federation_failed");
  EXPECT_TRUE(scenario.upstream.server.received("/elsewhere").empty());
}

TEST(StartFederation, AsksNoServerOutsideThePublicInternetThatNobodyAllowed) {
  auto config = Scenario::test_config();
  config.outgoing_allow.clear();
  config.public_url = "https://id.example.com";
  FederationScenario scenario(config);
  EXPECT_EQ(scenario.start().code(), "federation_failed");
  EXPECT_TRUE(scenario.upstream.server.received("/.well-known/openid-configuration").empty());
  EXPECT_THAT(scenario.log_text(), HasSubstr("127.0.0.1 is not of the public internet"));
  EXPECT_THAT(scenario.log_text(), HasSubstr("the setting outgoing_allow can allow it"));
}

TEST(StartFederation, AsksAServerBesideUsWherePeopleReachUsThere) {
  auto config = Scenario::test_config();
  config.outgoing_allow.clear();
  for (const auto* url : {"http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"}) {
    config.public_url = url;
    FederationScenario scenario(config);
    EXPECT_EQ(scenario.start().status, 200) << url;
  }
}

TEST(StartFederation, IsLimitedPerNetworkTenfoldOfWhatIsForStrangers) {
  auto config = Scenario::test_config();
  config.of<auth::AuthOptions>().sign_up_limit = 1;
  FederationScenario scenario(config);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(scenario.start().status, 200);
  const auto refused = scenario.start();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), "too_many_requests");
}

TEST(StartFederation, KeepsNoSecretInTheOpen) {
  FederationScenario scenario;
  scenario.start();
  const auto state = scenario.asked["state"];
  const auto browser = scenario.cookies["voyages_federation"];
  ASSERT_EQ(browser.size(), 43U);
  for (const auto& [key, rest] : scenario.stored_items()) {
    EXPECT_THAT(rest, Not(HasSubstr(state.substr(37))));
    EXPECT_THAT(rest, Not(HasSubstr(browser)));
    EXPECT_THAT(rest, Not(HasSubstr("our secret/+")));
  }
}

TEST(SafeReturnPath, StaysOnThisServer) {
  using auth::federation::safe_return_path;
  EXPECT_EQ(safe_return_path("/oauth/authorize?client_id=a&request_uri=urn%3Ab"),
            "/oauth/authorize?client_id=a&request_uri=urn%3Ab");
  for (const std::string elsewhere :
       {"", "account", "https://evil.example/", "//evil.example/", "/\\evil.example", "\\/evil.example",
        "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "/a b", "/\xc3\xa9", " /account"}) {
    EXPECT_EQ(safe_return_path(elsewhere), "/account") << elsewhere;
  }
  EXPECT_EQ(safe_return_path("/" + std::string(4096, 'a')), "/account");
}

}  // namespace
}  // namespace voyages::tests
