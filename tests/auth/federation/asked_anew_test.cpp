#include <gtest/gtest.h>

#include "auth/oauth/authorize/visit.h"
#include "tests/auth/federation/federation_scenario.h"
#include "tests/auth/oauth/provider.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

// A client wants its user to prove anew who they are, who signs in with a provider that remembers them.
struct AskedAnew : testing::Test {
  AskedAnew() { remember(); }

  void remember() { scenario.upstream.claims["auth_time"] = to_epoch_s(scenario.clock().now() - 2h); }
  void ask_anew() { scenario.upstream.claims.erase("auth_time"); }
  std::string location(const std::string& target) {
    return std::string(scenario.browse(http::Method::get, target).headers.get("Location"));
  }
  // Where the client's request leads.
  std::string begin(const Parameters& changes) {
    return location("/oauth/authorize?" + auth::oauth::form_encode(authorization_request(client, changes)));
  }
  // Where the sign-in page's request leads once the person has been at the provider.
  std::string sign_in_from(const std::string& page) {
    scenario.clock().advance(10s);
    const auto return_to = query_parameter(page, "return_to").value_or("");
    EXPECT_EQ(scenario.sign_in({{"return_to", return_to}}), return_to);
    return location(return_to);
  }
  static bool is_sign_in_page(const std::string& page) { return page.starts_with("/login?return_to="); }

  FederationScenario scenario;
  TestClient client = add_client(scenario);
};

TEST_F(AskedAnew, TellsTheClientWhenTheProviderDidNotAsk) {
  for (const Parameters& changes : std::vector<Parameters>{{{"prompt", "login"}}, {{"max_age", "60"}}}) {
    scenario.sign_in();
    const auto page = begin(changes);
    ASSERT_TRUE(is_sign_in_page(page)) << page;
    const auto answer = sign_in_from(page);
    EXPECT_EQ(scenario.asked["prompt"], "login");
    EXPECT_TRUE(answer.starts_with(client.redirect_uris.at(0))) << answer;
    EXPECT_EQ(query_parameter(answer, "error"), "login_required");
    EXPECT_FALSE(query_parameter(answer, "code"));
    EXPECT_EQ(scenario.me(), "ada@example.com");
  }
}

TEST_F(AskedAnew, GivesACodeWhenTheProviderAsks) {
  scenario.sign_in();
  const auto page = begin({{"prompt", "login"}});
  ask_anew();
  EXPECT_TRUE(query_parameter(sign_in_from(page), "code"));
}

// A provider that says no auth_time would else have somebody prove themselves who only was signed in there.
TEST_F(AskedAnew, HasTheProviderToldToAskThoughNobodyIsSignedInHere) {
  ask_anew();
  for (const Parameters& changes : std::vector<Parameters>{{{"prompt", "login"}}, {{"max_age", "60"}}}) {
    scenario.cookies.clear();
    EXPECT_TRUE(query_parameter(sign_in_from(begin(changes)), "code"));
    EXPECT_EQ(scenario.asked["prompt"], "login");
  }
  scenario.cookies.clear();
  EXPECT_TRUE(query_parameter(sign_in_from(begin({})), "code"));
  EXPECT_FALSE(scenario.asked.contains("prompt"));
}

TEST_F(AskedAnew, ToldAfterALongConsentThatTheProviderDidNotAskAgain) {
  auto asking = test_client();
  asking.first_party = false;
  client = add_client(scenario, asking);
  ask_anew();
  const auto consent = sign_in_from(begin({{"max_age", "60"}}));
  ASSERT_TRUE(consent.starts_with("/consent?")) << consent;
  scenario.upstream.claims["auth_time"] = to_epoch_s(scenario.clock().now());
  scenario.clock().advance(9min);
  const auto decided =
      scenario.browse(http::Method::post, "/oauth/consent",
                      boost::json::object{{"client_id", client.client_id},
                                          {"request_uri", query_parameter(consent, "request_uri").value()},
                                          {"allow", true}});
  ASSERT_EQ(decided.status, 200);
  const auto page = location(decided.text("continue_to"));
  ASSERT_TRUE(is_sign_in_page(page)) << page;
  EXPECT_EQ(query_parameter(sign_in_from(page), "error"), "login_required");
}

TEST_F(AskedAnew, TakesAChoiceOfAccountForWhatItIs) {
  scenario.sign_in();
  EXPECT_TRUE(query_parameter(sign_in_from(begin({{"prompt", "select_account"}})), "code"));
}

TEST_F(AskedAnew, ForgetsItWhenTheyProveThemselvesOtherwise) {
  scenario.sign_in();
  EXPECT_EQ(query_parameter(sign_in_from(begin({{"prompt", "login"}})), "error"), "login_required");
  const auto page = begin({{"prompt", "login"}});
  ASSERT_TRUE(is_sign_in_page(page)) << page;
  ask_anew();
  EXPECT_TRUE(query_parameter(sign_in_from(page), "code"));
}

}  // namespace
}  // namespace voyages::tests
