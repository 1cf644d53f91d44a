#include "auth/federation/callback.h"

#include <gmock/gmock.h>

#include "base/encoding.h"
#include "crypto/token.h"
#include "tests/auth/federation/federation_scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr auto* failed = "/login?error=federation_failed";
constexpr auto* failed_on_the_way = "/login?error=federation_failed&return_to=%2Faccount";

// The answer did not sign anybody in, and the reason is in the log.
void expect_failure(FederationScenario& scenario, std::string_view reason) {
  EXPECT_EQ(scenario.come_back_with_code(), failed_on_the_way);
  EXPECT_EQ(scenario.me(), "");
  EXPECT_THAT(scenario.log_text(), HasSubstr(std::string(reason)));
}

TEST(FinishFederation, SignsInAndGoesWhereItWasAskedTo) {
  FederationScenario scenario;
  EXPECT_EQ(scenario.sign_in({{"return_to", "/oauth/authorize?client_id=a"}}), "/oauth/authorize?client_id=a");
  EXPECT_EQ(scenario.me(), "ada@example.com");
}

TEST(FinishFederation, TradesTheCodeWithItsProofAndOurSecret) {
  FederationScenario scenario;
  scenario.sign_in();
  const auto requests = scenario.upstream.server.received("/token");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].method, "POST");
  auto form = requests[0].form();
  EXPECT_EQ(form["grant_type"], "authorization_code");
  EXPECT_EQ(form["code"], "the-code");
  EXPECT_EQ(form["redirect_uri"], "http://localhost:8080/auth/federation/acme/callback");
  EXPECT_EQ(to_base64url(crypto::sha256(form["code_verifier"])), scenario.asked["code_challenge"]);
  EXPECT_EQ(form.count("client_secret"), 0U);
  // RFC 6749 §2.3.1: encoded as a form's value first.
  EXPECT_EQ(requests[0].field("Authorization"), "Basic " + to_base64("our-client:our%20secret%2F%2B"));
}

TEST(FinishFederation, SendsTheSecretInTheFormWhereTheProviderWantsThat) {
  FederationScenario scenario;
  scenario.upstream.metadata["token_endpoint_auth_methods_supported"] = boost::json::array{"client_secret_post"};
  EXPECT_EQ(scenario.sign_in(), "/account");
  const auto request = scenario.upstream.server.received("/token").at(0);
  EXPECT_EQ(request.form()["client_secret"], "our secret/+");
  EXPECT_EQ(request.form()["client_id"], "our-client");
  EXPECT_EQ(request.field("Authorization"), "");
}

TEST(FinishFederation, LeavesTheAnswerUnusedByAHead) {
  FederationScenario scenario;
  scenario.start();
  const auto target = "/auth/federation/acme/callback?code=the-code&state=" + percent_encode(scenario.asked["state"]);
  const auto head = scenario.browse(http::Method::head, target, std::nullopt, "cross-site");
  EXPECT_EQ(head.status, 405);
  EXPECT_EQ(head.headers.get("Allow"), "GET, OPTIONS");
  EXPECT_EQ(scenario.me(), "");
  EXPECT_TRUE(scenario.upstream.server.received("/token").empty());
  EXPECT_EQ(scenario.come_back_with_code(), "/account");
  EXPECT_EQ(scenario.me(), "ada@example.com");
}

TEST(FinishFederation, TakesAnAnswerOnce) {
  FederationScenario scenario;
  const QueryMap answer{{"state", (scenario.start(), scenario.asked["state"])}, {"code", "the-code"}};
  EXPECT_EQ(scenario.come_back(answer), "/account");
  EXPECT_EQ(scenario.come_back(answer), failed);
  EXPECT_EQ(scenario.upstream.server.received("/token").size(), 1U);
}

TEST(FinishFederation, TakesAnAnswerOnceAlsoWhenItFailed) {
  FederationScenario scenario;
  scenario.start();
  scenario.upstream.claims["nonce"] = "another";
  expect_failure(scenario, "wrong_nonce");
  scenario.upstream.claims["nonce"] = scenario.asked["nonce"];
  EXPECT_EQ(scenario.come_back_with_code(), failed);
}

TEST(FinishFederation, RefusesAnAnswerThatAnotherBrowserAskedFor) {
  FederationScenario scenario;
  scenario.start();
  const auto own = scenario.cookies;
  scenario.cookies.clear();
  EXPECT_EQ(scenario.come_back_with_code(), failed);
  scenario.cookies = {{"voyages_federation", to_base64url(std::string(32, 'x'))}};
  EXPECT_EQ(scenario.come_back_with_code(), failed);
  EXPECT_TRUE(scenario.upstream.server.received("/token").empty());
  EXPECT_EQ(scenario.me(), "");
  // And whoever sends it has not spoilt it for the browser that did.
  scenario.cookies = own;
  EXPECT_EQ(scenario.come_back_with_code(), "/account");
}

TEST(FinishFederation, RefusesAStateThatIsNotOne) {
  FederationScenario scenario;
  scenario.start();
  auto wrong_secret = scenario.asked["state"];
  wrong_secret.back() = wrong_secret.back() == 'A' ? 'E' : 'A';
  for (const QueryMap& answer :
       {QueryMap{}, QueryMap{{"code", "c"}}, QueryMap{{"state", ""}, {"code", "c"}},
        QueryMap{{"state", wrong_secret}, {"code", "c"}}, QueryMap{{"state", std::string(4000, 'a')}, {"code", "c"}}}) {
    EXPECT_EQ(scenario.come_back(answer), failed);
  }
  EXPECT_TRUE(scenario.upstream.server.received("/token").empty());
}

TEST(FinishFederation, RefusesAParameterThatStandsTwice) {
  FederationScenario scenario;
  scenario.start();
  const auto target = "/auth/federation/acme/callback?code=c&state=" + scenario.asked["state"];
  for (const auto* more : {"&code=d", "&state=e", "&iss=a&iss=b", "&error=a&error=b"}) {
    const auto answer = scenario.browse(http::Method::get, target + more);
    EXPECT_EQ(answer.headers.get("Location"), failed) << more;
  }
  EXPECT_EQ(scenario.browse(http::Method::get, target + "&session_state=x&scope=a&scope=b").headers.get("Location"),
            "/account");
}

TEST(FinishFederation, RefusesAnAnswerAfterTenMinutes) {
  FederationScenario scenario;
  scenario.start();
  scenario.clock().advance(10min);
  EXPECT_EQ(scenario.come_back_with_code(), failed);
}

// RFC 9700 §4.4: mix-up.
TEST(FinishFederation, RefusesTheAnswerOfAnotherProvider) {
  FederationScenario scenario;
  FakeOpenId evil;
  scenario.add_provider("evil", evil.server.url());
  scenario.start();
  EXPECT_EQ(scenario.come_back({{"state", scenario.asked["state"]}, {"code", "c"}}, "evil"), failed);
  EXPECT_TRUE(evil.server.received("/token").empty());
  EXPECT_EQ(scenario.come_back_with_code(), "/account");
}

TEST(FinishFederation, RefusesAnAnswerThatNamesAnotherIssuer) {
  FederationScenario scenario;
  scenario.start();
  EXPECT_EQ(scenario.come_back({{"state", scenario.asked["state"]}, {"code", "c"}, {"iss", "https://evil.example"}}),
            failed_on_the_way);
  EXPECT_TRUE(scenario.upstream.server.received("/token").empty());
  EXPECT_THAT(scenario.log_text(), HasSubstr("the answer names another issuer"));
}

TEST(FinishFederation, WantsTheIssuerNamedWhereTheProviderDoesThat) {
  FederationScenario scenario;
  scenario.upstream.metadata["authorization_response_iss_parameter_supported"] = true;
  scenario.start();
  expect_failure(scenario, "the answer names no issuer");
  scenario.start();
  EXPECT_EQ(
      scenario.come_back({{"state", scenario.asked["state"]}, {"code", "c"}, {"iss", scenario.upstream.server.url()}}),
      "/account");
}

TEST(FinishFederation, TellsACancelledSignInFromAFailedOne) {
  FederationScenario scenario;
  scenario.start({{"return_to", "/oauth/authorize?a=b&c=d"}});
  EXPECT_EQ(scenario.come_back({{"state", scenario.asked["state"]}, {"error", "access_denied"}}),
            "/login?error=federation_denied&return_to=%2Foauth%2Fauthorize%3Fa%3Db%26c%3Dd");
  for (const auto* error : {"server_error", "login_required", "<script>"}) {
    scenario.start();
    EXPECT_EQ(scenario.come_back({{"state", scenario.asked["state"]}, {"error", error}, {"code", "c"}}),
              failed_on_the_way);
  }
  scenario.start();
  EXPECT_EQ(scenario.come_back({{"state", scenario.asked["state"]}}), failed_on_the_way);
  EXPECT_TRUE(scenario.upstream.server.received("/token").empty());
}

TEST(FinishFederation, RefusesEveryFaultyIdToken) {
  const std::vector<std::tuple<std::string, boost::json::value, std::string>> faults{
      {"nonce", "another", "wrong_nonce"},
      {"aud", "another-client", "wrong_audience"},
      {"azp", "another", "wrong_authorized_party"},
      {"iss", "https://evil.example", "wrong_issuer"},
      {"exp", 1'799'999'000, "expired"},
      {"iat", 1'800'001'000, "not_yet_issued"},
      {"sub", "", "no_subject"}};
  for (const auto& [name, value, reason] : faults) {
    FederationScenario scenario;
    scenario.start();
    scenario.upstream.claims[name] = value;
    expect_failure(scenario, reason);
  }
}

TEST(FinishFederation, LooksForNewKeysOnceWhenATokenNamesOneThatItDoesNotKnow) {
  FederationScenario scenario;
  EXPECT_EQ(scenario.sign_in(), "/account");
  scenario.upstream.signing_key = crypto::Jwk::generate(crypto::Algorithm::EdDSA);
  scenario.upstream.published.push_back(scenario.upstream.signing_key);
  scenario.clock().advance(1min);
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.upstream.server.received("/jwks").size(), 2U);
  EXPECT_EQ(scenario.upstream.server.received("/.well-known/openid-configuration").size(), 1U);
}

TEST(FinishFederation, IsNotMadeToFetchKeysOnAndOn) {
  FederationScenario scenario;
  scenario.upstream.signing_key = crypto::Jwk::generate(crypto::Algorithm::ES256);  // and nobody publishes it
  for (int i = 0; i < 3; ++i) {
    scenario.start();
    expect_failure(scenario, "unknown_key");
  }
  EXPECT_EQ(scenario.upstream.server.received("/jwks").size(), 1U);
}

TEST(FinishFederation, BelievesNoTokenWithoutASignature) {
  for (const auto* algorithm : {"none", "HS256"}) {
    FederationScenario scenario;
    scenario.start();
    const auto header = boost::json::serialize(boost::json::object{{"alg", algorithm}});
    const auto token =
        to_base64url(header) + '.' + to_base64url(boost::json::serialize(scenario.upstream.claims)) + '.';
    scenario.upstream.server.on("/token", [&](const auto&) {
      return JsonAnswer{boost::json::object{{"access_token", "a"}, {"token_type", "Bearer"}, {"id_token", token}}};
    });
    expect_failure(scenario, "algorithm_not_allowed");
  }
}

TEST(FinishFederation, AsksForTheAddressWhereTheTokenHasNone) {
  FederationScenario scenario;
  scenario.upstream.claims.erase("email");
  scenario.upstream.claims.erase("email_verified");
  scenario.upstream.userinfo = {{"sub", "ada-at-acme"}, {"email", "ada@example.org"}, {"email_verified", true}};
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.me(), "ada@example.org");
  EXPECT_EQ(scenario.upstream.server.received("/userinfo").at(0).field("Authorization"),
            "Bearer upstream-access-token");
}

TEST(FinishFederation, TakesNoAddressOfSomebodyElse) {
  FederationScenario scenario;
  scenario.upstream.claims.erase("email");
  scenario.upstream.userinfo = {{"sub", "eve-at-acme"}, {"email", "ada@example.org"}, {"email_verified", true}};
  scenario.start();
  expect_failure(scenario, "the userinfo of somebody else");
}

TEST(FinishFederation, GivesUpOnAProviderThatAnswersNonsense) {
  const std::vector<JsonAnswer> answers{
      {boost::json::object{{"error", "invalid_grant"}}, 400},
      {boost::json::object{{"error", "invalid_client"}}, 401},
      {boost::json::object{{"access_token", "a"}, {"token_type", "Bearer"}}},
      {boost::json::object{{"id_token", 7}}},
      {boost::json::array()},
      {boost::json::value("text")},
      {boost::json::object{{"id_token", "a.b.c"}}},
      {boost::json::object{{"id_token", std::string(20000, 'a')}}},
      {boost::json::value(std::string(300 * 1024, 'a'))},
      {nullptr, 500},
      {nullptr, 302, "Location: /elsewhere\r\n"},
  };
  FederationScenario scenario;
  for (const auto& answer : answers) {
    scenario.upstream.server.on("/token", [&](const auto&) { return answer; });
    EXPECT_EQ(scenario.sign_in(), failed_on_the_way);
    EXPECT_EQ(scenario.me(), "");
  }
  EXPECT_THAT(scenario.log_text(), HasSubstr("invalid_grant"));
}

TEST(FinishFederation, LogsNeitherCodeNorTokenNorSecret) {
  FederationScenario scenario;
  scenario.start();
  const auto token = scenario.upstream.id_token();
  EXPECT_EQ(scenario.come_back_with_code(), "/account");
  scenario.upstream.claims["aud"] = "another";
  EXPECT_EQ(scenario.sign_in(), failed_on_the_way);
  for (const auto& secret : {std::string("the-code"), token, scenario.asked["state"], std::string("our secret"),
                             std::string("upstream-access-token"), scenario.cookies["voyages_federation"]}) {
    EXPECT_THAT(scenario.log_text(), Not(HasSubstr(secret)));
  }
}

TEST(FinishFederation, LetsNobodyInWithAProviderThatWasDeletedMeanwhile) {
  FederationScenario scenario;
  scenario.start();
  EXPECT_TRUE(auth::federation::delete_provider(scenario.table(), "acme"));
  EXPECT_EQ(scenario.come_back_with_code(), failed_on_the_way);
  EXPECT_EQ(scenario.me(), "");
}

}  // namespace
}  // namespace voyages::tests
