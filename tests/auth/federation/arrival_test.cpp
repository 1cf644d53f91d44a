#include "auth/federation/arrival.h"

#include <gmock/gmock.h>

#include <thread>

#include "auth/browser_session.h"
#include "tests/auth/federation/federation_scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::string error_with(std::string_view code) { return "/login?error=" + std::string(code) + "&return_to=%2Faccount"; }

TEST(FederatedSignIn, MakesAnAccountWithAProvenAddressAndNoPassword) {
  FederationScenario scenario;
  EXPECT_EQ(scenario.sign_in(), "/account");
  const auto me = scenario.browse(http::Method::get, "/auth/me");
  EXPECT_EQ(me.body.at("user").at("email").as_string(), ada);
  EXPECT_EQ(me.body.at("user").at("name"), "Ada");
  EXPECT_EQ(me.body.at("user").at("email_verified"), true);
  EXPECT_EQ(me.body.at("user").at("roles"), boost::json::array());
  EXPECT_EQ(me.body.at("user").at("has_password"), false);
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("welcome"));
  for (const auto* typed : {"", "correct horse battery staple"}) {
    EXPECT_NE(scenario.login(ada, typed).status, 200);
  }
}

TEST(FederatedSignIn, LeavesOutANameThatDeceives) {
  FederationScenario scenario;
  scenario.upstream.claims["name"] = "\u0410dmin";
  EXPECT_EQ(scenario.sign_in(), "/account");
  const auto me = scenario.browse(http::Method::get, "/auth/me");
  EXPECT_EQ(me.body.at("user").at("email").as_string(), ada);
  EXPECT_FALSE(me.body.at("user").as_object().contains("name"));
}

TEST(FederatedSignIn, BelievesNobodyAboutAnAddressThatIsNone) {
  FederationScenario scenario;
  scenario.upstream.claims["email"] = "ada@example.com(other.example)";
  EXPECT_NE(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.browse(http::Method::get, "/auth/me").status, 401);
}

TEST(FederatedSignIn, KnowsWhoComesAgainWhateverTheirAddressIsBy) {
  FederationScenario scenario;
  scenario.sign_in();
  scenario.cookies.clear();
  scenario.upstream.claims["email"] = "ada@elsewhere.example";
  scenario.upstream.claims["email_verified"] = false;
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.me(), ada);
}

TEST(FederatedSignIn, TellsTheAccountOfANewPlace) {
  FederationScenario scenario;
  scenario.sign_in();
  scenario.clock().advance(2h);
  scenario.sign_in();
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("welcome"));
  scenario.client_ip = "198.51.100.9";
  scenario.sign_in();
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("welcome", "new_sign_in"));
}

// OpenID Connect Core §2: a provider that lets somebody in without asking says when it last asked.
TEST(FederatedSignIn, IsAsOldAsItsProviderSaysAndNeverYoungerThanNow) {
  FederationScenario scenario;
  const auto auth_time = [&] {
    scenario.sign_in();
    http::Headers headers;
    headers.add("Cookie", "voyages_session=" + scenario.cookies.at("voyages_session"));
    return to_epoch_s(auth::find_browser_session(scenario.app().get<auth::Auth>(), headers).value().auth_time);
  };
  const auto now = to_epoch_s(scenario.clock().now());
  EXPECT_EQ(auth_time(), now);  // it does not say
  for (const auto& [said, kept] : {std::pair{now - 7200, now - 7200}, {now + 7200, now}, {now - 60, now}}) {
    scenario.upstream.claims["auth_time"] = said;
    EXPECT_EQ(auth_time(), kept) << said - now;
  }
  for (const auto& nonsense : {boost::json::value("yesterday"), boost::json::value(1e300)}) {
    scenario.upstream.claims["auth_time"] = nonsense;
    EXPECT_EQ(auth_time(), now) << nonsense;
  }
  scenario.upstream.claims["auth_time"] = -1e300;
  EXPECT_EQ(auth_time(), 0);
}

TEST(FederatedSignIn, LinksToTheAccountWhoseAddressBothSidesHaveProven) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.me(), ada);
  const auto identities = scenario.browse(http::Method::get, "/auth/identities");
  EXPECT_EQ(identities.body.at("items").as_array().size(), 1U);
  EXPECT_EQ(scenario.login(ada).status, 200);  // the password is what it was
  EXPECT_THAT(scenario.templates_to(ada), Contains("identity_linked"));
}

// An attacker registers with the address of somebody who has not come yet, and waits for them to sign in with their
// provider.
TEST(FederatedSignIn, LinksToNoAccountThatItsOwnerMayNotHaveMade) {
  FederationScenario scenario;
  scenario.make_account(ada, false);
  EXPECT_EQ(scenario.sign_in(), error_with("account_exists"));
  EXPECT_EQ(scenario.me(), "");
  scenario.sign_in_with_password(ada);
  EXPECT_THAT(scenario.browse(http::Method::get, "/auth/identities").body.at("items").as_array(), IsEmpty());
}

TEST(FederatedSignIn, BelievesNoAddressThatTheProviderDoesNotVouchFor) {
  for (const auto& verified :
       {boost::json::value(false), boost::json::value(nullptr), boost::json::value("yes"), boost::json::value(1)}) {
    FederationScenario scenario;
    scenario.make_account(ada, true);
    scenario.upstream.claims["email_verified"] = verified;
    EXPECT_EQ(scenario.sign_in(), error_with("email_unverified_upstream"));
    scenario.upstream.claims["email"] = "new@example.com";
    EXPECT_EQ(scenario.sign_in(), error_with("email_unverified_upstream"));
    EXPECT_EQ(scenario.me(), "");
  }
  FederationScenario scenario;
  scenario.upstream.claims["email"] = "no address";
  EXPECT_EQ(scenario.sign_in(), error_with("email_unverified_upstream"));
  scenario.upstream.claims.erase("email");
  scenario.upstream.userinfo = {{"sub", "ada-at-acme"}};
  EXPECT_EQ(scenario.sign_in(), error_with("email_unverified_upstream"));
}

TEST(FederatedSignIn, AsksTheUserinfoWhetherAnAddressIsProvenThatTheIdTokenOnlyNames) {
  FederationScenario scenario;
  scenario.upstream.claims.erase("email_verified");
  scenario.upstream.userinfo = {{"sub", "ada-at-acme"}, {"email", ada}, {"email_verified", false}};
  EXPECT_EQ(scenario.sign_in(), error_with("email_unverified_upstream"));
  scenario.upstream.userinfo["email_verified"] = true;
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.me(), ada);
}

TEST(FederatedSignIn, BelievesOfAnAddressNothingThatWasSaidOfAnother) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  scenario.upstream.claims.erase("email_verified");
  scenario.upstream.userinfo = {{"sub", "ada-at-acme"}, {"email", "no address"}, {"email_verified", true}};
  EXPECT_EQ(scenario.sign_in(), error_with("email_unverified_upstream"));
  EXPECT_EQ(scenario.me(), "");
}

TEST(FederatedSignIn, MakesNoAccountWhereRegistrationIsNotOpen) {
  for (const auto registration : {auth::Registration::closed, auth::Registration::invite}) {
    FederationScenario scenario(Scenario::config_with(registration));
    EXPECT_EQ(scenario.sign_in(), error_with("registration_closed"));
    scenario.make_account(ada, true);
    EXPECT_EQ(scenario.sign_in(), "/account");
  }
}

TEST(FederatedSignIn, KeepsDisabledAccountsOut) {
  FederationScenario scenario;
  scenario.sign_in();
  const auto user = auth::find_user_by_email(scenario.table(), Email::parse(ada).value());
  const store::Write disable =
      store::Update{.key = auth::user_key(user->id), .set = {{"disabled_at", std::int64_t{1}}}};
  ASSERT_TRUE(scenario.table().write({&disable, 1}));
  EXPECT_EQ(scenario.me(), "");
  EXPECT_EQ(scenario.sign_in(), error_with("account_disabled"));
  scenario.upstream.claims["sub"] = "another-at-acme";
  EXPECT_EQ(scenario.sign_in(), error_with("account_disabled"));
  EXPECT_EQ(scenario.me(), "");
}

TEST(FederatedSignIn, TellsProvidersAndSubjectsApart) {
  FederationScenario scenario;
  FakeOpenId other;
  scenario.add_provider("other", other.server.url());
  scenario.sign_in();
  // The same subject at another provider is somebody else.
  ASSERT_EQ(scenario.start({}, "other").status, 200);
  other.claims = scenario.upstream.claims;
  other.claims["iss"] = other.server.url();
  other.claims["email"] = "eve@example.com";
  EXPECT_EQ(scenario.come_back({{"state", scenario.asked["state"]}, {"code", "c"}}, "other"), "/account");
  EXPECT_EQ(scenario.me(), "eve@example.com");
}

TEST(FederatedSignIn, KnowsNobodyOfTheIssuerThatHadTheProvidersNameBefore) {
  FederationScenario scenario;
  scenario.sign_in();
  auth::federation::delete_provider(scenario.table(), "acme");
  FakeOpenId other;
  scenario.add_provider("acme", other.server.url());
  ASSERT_EQ(scenario.start().status, 200);
  other.claims = scenario.upstream.claims;
  other.claims["iss"] = other.server.url();
  other.claims["email"] = "eve@example.com";
  EXPECT_EQ(scenario.come_back_with_code(), "/account");
  EXPECT_EQ(scenario.me(), "eve@example.com");
}

TEST(FederatedSignIn, MakesOneAccountWhenTwoTabsArriveAtOnce) {
  FederationScenario scenario;
  std::vector<QueryMap> answers;
  std::vector<http::Request> requests;
  for (int i = 0; i < 4; ++i) {
    scenario.start();
    answers.push_back(scenario.asked);
  }
  // Each code has an ID token of its own.
  const auto claims = scenario.upstream.claims;
  scenario.upstream.server.on("/token", [&](const ReceivedRequest& request) {
    auto own = claims;
    own["nonce"] = answers.at(std::stoul(request.form()["code"])).at("nonce");
    return JsonAnswer{boost::json::object{
        {"access_token", "a"},
        {"token_type", "Bearer"},
        {"id_token", crypto::sign_jws(boost::json::serialize(own), scenario.upstream.signing_key)}}};
  });
  std::vector<std::string> locations(answers.size());
  {
    std::vector<std::jthread> tabs;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      tabs.emplace_back([&, i] {
        http::Request request{
            .method = http::Method::get,
            .target = "/auth/federation/acme/callback?code=" + std::to_string(i) + "&state=" + answers[i].at("state"),
            .peer_ip = "203.0.113.7"};
        request.headers.add("Cookie", "voyages_federation=" + scenario.cookies.at("voyages_federation"));
        locations[i] = scenario.app().front_door().handle(request).headers.get("Location");
      });
    }
  }
  EXPECT_THAT(locations, ElementsAre("/account", "/account", "/account", "/account"));
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("welcome"));
}

TEST(LinkIdentity, AddsAWayToSignInToTheAccountThatIsSignedIn) {
  FederationScenario scenario;
  scenario.make_account("lovelace@example.org", true);
  scenario.sign_in_with_password("lovelace@example.org");
  scenario.upstream.claims["email_verified"] = false;  // says nothing about whose account this is
  EXPECT_EQ(scenario.sign_in({{"link", true}, {"return_to", "/account#identities"}}), "/account#identities");
  EXPECT_EQ(scenario.sign_in({{"link", true}}), "/account");  // once more changes nothing
  scenario.cookies.clear();
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.me(), "lovelace@example.org");
}

TEST(LinkIdentity, TellsTheAccountByMailOnce) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  scenario.sign_in_with_password(ada);
  scenario.sign_in({{"link", true}});
  scenario.sign_in({{"link", true}});
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("identity_linked"));
  scenario.make_account("eve@example.com", true);
  scenario.sign_in_with_password("eve@example.com");
  EXPECT_EQ(scenario.sign_in({{"link", true}}), "/account?error=identity_taken");
  EXPECT_THAT(scenario.templates_to("eve@example.com"), IsEmpty());
}

TEST(LinkIdentity, TakesNobodysIdentityAway) {
  FederationScenario scenario;
  scenario.sign_in();
  scenario.make_account("eve@example.com", true);
  scenario.sign_in_with_password("eve@example.com");
  EXPECT_EQ(scenario.sign_in({{"link", true}}), "/account?error=identity_taken");
  scenario.cookies.clear();
  scenario.sign_in();
  EXPECT_EQ(scenario.me(), ada);
}

TEST(LinkIdentity, NeedsASignInOfTheLastTenMinutes) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  scenario.sign_in_with_password(ada);
  scenario.clock().advance(10min);
  EXPECT_EQ(scenario.start({{"link", true}}).status, 200);
  scenario.clock().advance(1s);
  const auto refused = scenario.start({{"link", true}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.code(), "fresh_sign_in_needed");
  EXPECT_THAT(scenario.browse(http::Method::get, "/auth/identities").body.at("items").as_array(), IsEmpty());
  scenario.sign_in_with_password(ada);
  EXPECT_EQ(scenario.sign_in({{"link", true}}), "/account");
}

TEST(LinkIdentity, BelievesWhoHasNoPasswordWhenTheirProviderHasJustAskedThem) {
  FederationScenario scenario;
  scenario.sign_in();
  scenario.clock().advance(1h);
  EXPECT_EQ(scenario.start({{"link", true}}).code(), "fresh_sign_in_needed");
  scenario.upstream.claims["auth_time"] = to_epoch_s(scenario.clock().now() - 1h);  // it did not ask
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.start({{"link", true}}).code(), "fresh_sign_in_needed");
  scenario.upstream.claims["auth_time"] = to_epoch_s(scenario.clock().now());
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.start({{"link", true}}).status, 200);
}

TEST(LinkIdentity, TakesAnAccessTokenForAsOldAsItsSession) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  const auto signed_in = scenario.login(ada);
  const auto link = [&](std::string_view token) {
    http::Request request{.method = http::Method::post, .target = "/auth/federation/acme", .body = R"({"link":true})"};
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Sec-Fetch-Site", "same-origin");
    request.headers.add("Authorization", "Bearer " + std::string(token));
    return scenario.send(request);
  };
  EXPECT_EQ(link(signed_in.text("access_token")).status, 200);
  scenario.clock().advance(11min);
  EXPECT_EQ(link(signed_in.text("access_token")).code(), "fresh_sign_in_needed");
  // What a refresh renews is no sign-in.
  EXPECT_EQ(link(scenario.refresh(signed_in.text("refresh_token")).text("access_token")).code(),
            "fresh_sign_in_needed");
}

TEST(LinkIdentity, EndsWithTheSessionThatBeganIt) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  scenario.sign_in_with_password(ada);
  scenario.start({{"link", true}});
  const auto before = scenario.cookies;
  scenario.browse(http::Method::post, "/auth/logout");
  EXPECT_EQ(scenario.me(), "");
  scenario.cookies = before;
  EXPECT_EQ(scenario.come_back_with_code(), "/account?error=federation_failed");
  scenario.sign_in_with_password(ada);
  EXPECT_THAT(scenario.browse(http::Method::get, "/auth/identities").body.at("items").as_array(), IsEmpty());
}

TEST(LinkIdentity, SaysWhyNotOnTheAccountsPage) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  scenario.sign_in_with_password(ada);
  scenario.start({{"link", true}});
  EXPECT_EQ(scenario.come_back({{"state", scenario.asked["state"]}, {"error", "access_denied"}}),
            "/account?error=federation_denied");
}

}  // namespace
}  // namespace voyages::tests
