#include "auth/oauth/authorize/visit.h"

#include "tests/auth/oauth/provider.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

// What `prompt`, `max_age` and the hints decide (OpenID Connect Core §3.1.2.1).
class Prompt : public ::testing::Test {
 protected:
  Prompt() {
    ada = scenario.register_user("ada@example.com").body.at("user").at("id").as_string();
    bob = scenario.register_user("bob@example.com").body.at("user").at("id").as_string();
    browser.sign_in("ada@example.com");
    scenario.clock().advance(1h);
  }

  std::string location(const Parameters& changes) {
    return std::string(authorize(browser, client, changes).headers.get("Location"));
  }
  std::string error(const Parameters& changes) { return query_parameter(location(changes), "error").value_or(""); }
  // Where the browser is after it has come back from the sign-in page.
  std::string location_after_sign_in(const std::string& page, std::string_view email = "ada@example.com") {
    scenario.clock().advance(10s);
    browser.sign_in(email);
    return std::string(browser.get(query_parameter(page, "return_to").value_or("")).headers.get("Location"));
  }
  // An ID token as ours are; the token endpoint has tests of its own.
  std::string id_token(std::string_view subject, std::string_view audience, std::string_view typ = "JWT",
                       std::string_view issuer = {}) {
    auto& auth = scenario.app().get<auth::Auth>();
    const auto now = scenario.clock().now();
    const boost::json::object claims{{"iss", issuer.empty() ? std::string_view(auth.access_tokens.issuer()) : issuer},
                                     {"sub", subject},
                                     {"aud", audience},
                                     {"exp", to_epoch_s(now - 1h)}};
    return crypto::sign_jws(boost::json::serialize(claims), auth.keys.for_id_tokens(crypto::Algorithm::ES256, now),
                            typ);
  }

  Scenario scenario;
  Browser browser{scenario};
  TestClient client = add_client(scenario);
  std::string ada;
  std::string bob;
};

TEST_F(Prompt, NoneGivesACodeWhereNobodyHasToAct) {
  EXPECT_TRUE(query_parameter(location({{"prompt", "none"}}), "code"));
}

TEST_F(Prompt, NoneAnswersLoginRequiredToABrowserThatIsNotSignedIn) {
  browser.jar.clear();
  EXPECT_EQ(error({{"prompt", "none"}}), "login_required");
  EXPECT_EQ(error({{"prompt", "none"}, {"max_age", "1"}}), "login_required");
}

TEST_F(Prompt, NoneAnswersConsentRequired) {
  auto asking = test_client();
  asking.first_party = false;
  client = add_client(scenario, asking);
  EXPECT_EQ(error({{"prompt", "none"}}), "consent_required");
}

TEST_F(Prompt, LoginAsksAgainWhoeverIsSignedIn) {
  for (const auto* prompt : {"login", "select_account"}) {
    const auto page = location({{"prompt", prompt}});
    ASSERT_TRUE(page.starts_with("/login?return_to=")) << page;
    // Coming back without having signed in changes nothing.
    const auto again = browser.get(query_parameter(page, "return_to").value_or(""));
    EXPECT_TRUE(again.headers.get("Location").starts_with("/login?return_to="));
    EXPECT_TRUE(query_parameter(location_after_sign_in(page), "code"));
  }
}

TEST_F(Prompt, CreateLeadsToTheRegistration) {
  const auto page = location({{"prompt", "create"}});
  EXPECT_TRUE(page.starts_with("/register?return_to=%2Foauth%2Fauthorize")) << page;
  EXPECT_TRUE(query_parameter(location_after_sign_in(page, "bob@example.com"), "code"));
}

TEST_F(Prompt, ConsentAsksForAFirstPartyClientToo) {
  EXPECT_TRUE(location({{"prompt", "consent"}}).starts_with("/consent?"));
}

TEST_F(Prompt, LoginAndConsentAskOneAfterTheOther) {
  const auto page = location({{"prompt", "login consent"}});
  ASSERT_TRUE(page.starts_with("/login?")) << page;
  const auto consent = location_after_sign_in(page);
  ASSERT_TRUE(consent.starts_with("/consent?")) << consent;
  const auto decided = browser.post("/oauth/consent", {{"client_id", client.client_id},
                                                       {"request_uri", query_parameter(consent, "request_uri").value()},
                                                       {"allow", true}});
  EXPECT_TRUE(query_parameter(browser.get(decided.text("continue_to")).headers.get("Location"), "code"));
}

TEST_F(Prompt, MaxAgeAsksThoseWhoSignedInLongAgo) {
  EXPECT_TRUE(query_parameter(location({{"max_age", "3601"}}), "code"));
  EXPECT_EQ(error({{"max_age", "3600"}, {"prompt", "none"}}), "login_required");
  const auto page = location({{"max_age", "3600"}});
  ASSERT_TRUE(page.starts_with("/login?")) << page;
  EXPECT_TRUE(query_parameter(location_after_sign_in(page), "code"));
}

TEST_F(Prompt, MaxAgeZeroAsksEverybodyOnce) {
  browser.sign_in("ada@example.com");
  const auto page = location({{"max_age", "0"}});
  ASSERT_TRUE(page.starts_with("/login?")) << page;
  EXPECT_TRUE(query_parameter(location_after_sign_in(page), "code"));
}

TEST_F(Prompt, MaxAgeHoldsAfterALongConsentToo) {
  auto asking = test_client();
  asking.first_party = false;
  client = add_client(scenario, asking);
  const auto page = location({{"max_age", "60"}});
  ASSERT_TRUE(page.starts_with("/login?")) << page;
  const auto consent = location_after_sign_in(page);
  ASSERT_TRUE(consent.starts_with("/consent?")) << consent;
  scenario.clock().advance(9min);
  const auto decided = browser.post("/oauth/consent", {{"client_id", client.client_id},
                                                       {"request_uri", query_parameter(consent, "request_uri").value()},
                                                       {"allow", true}});
  ASSERT_EQ(decided.status, 200);
  const auto again = std::string(browser.get(decided.text("continue_to")).headers.get("Location"));
  ASSERT_TRUE(again.starts_with("/login?")) << again;
  EXPECT_TRUE(query_parameter(location_after_sign_in(again), "code"));
}

TEST_F(Prompt, AnIdTokenHintSaysWhoItMustBe) {
  EXPECT_TRUE(query_parameter(location({{"id_token_hint", id_token(ada, client.client_id)}}), "code"));
  EXPECT_EQ(error({{"id_token_hint", id_token(bob, client.client_id)}, {"prompt", "none"}}), "login_required");
  const auto page = location({{"id_token_hint", id_token(bob, client.client_id)}});
  ASSERT_TRUE(page.starts_with("/login?")) << page;
  EXPECT_TRUE(query_parameter(location_after_sign_in(page, "bob@example.com"), "code"));
}

TEST_F(Prompt, WhoSignsInAsSomebodyElseThanTheHintsIsNotTheClients) {
  const auto page = location({{"id_token_hint", id_token(bob, client.client_id)}});
  EXPECT_EQ(query_parameter(location_after_sign_in(page, "ada@example.com"), "error"), "login_required");
}

TEST_F(Prompt, AHintMustBeAnIdTokenOfOursForThisClient) {
  const auto hint = id_token(ada, client.client_id);
  for (const auto& other :
       {id_token(ada, new_uuid7(scenario.clock().now())), id_token(ada, client.client_id, "at+jwt"),
        id_token(ada, client.client_id, "logout+jwt"), id_token(ada, client.client_id, "JWT", "https://evil.example"),
        hint.substr(0, hint.size() - 4) + "AAAA"}) {
    EXPECT_EQ(error({{"id_token_hint", other}}), "invalid_request");
  }
}

TEST_F(Prompt, AHintThatIsNoTokenIsNoneUnlessNobodyIsAsked) {
  for (const auto* text : {"undefined", "null", "no.token.here", "[object Object]"}) {
    EXPECT_TRUE(query_parameter(location({{"id_token_hint", text}}), "code")) << text;
    EXPECT_EQ(error({{"id_token_hint", text}, {"prompt", "none"}}), "invalid_request") << text;
  }
}

TEST_F(Prompt, AHintWhoseKeyIsLongGoneIsNoneUnlessNobodyIsAsked) {
  const auto now = id_token(bob, client.client_id);
  const auto old = to_base64url(R"({"alg":"ES256","kid":"gone","typ":"JWT"})") + now.substr(now.find('.'));
  EXPECT_TRUE(query_parameter(location({{"id_token_hint", old}}), "code"));
  EXPECT_EQ(error({{"id_token_hint", old}, {"prompt", "none"}}), "invalid_request");
}

TEST_F(Prompt, ClaimsMaySayWhoItMustBe) {
  const auto claims = [](std::string_view subject) {
    return R"({"id_token": {"sub": {"value": ")" + std::string(subject) + R"("}}})";
  };
  EXPECT_TRUE(query_parameter(location({{"claims", claims(ada)}}), "code"));
  EXPECT_EQ(error({{"claims", claims(bob)}, {"prompt", "none"}}), "login_required");
  EXPECT_EQ(error({{"claims", claims(bob)}, {"id_token_hint", id_token(ada, client.client_id)}}), "invalid_request");
}

TEST_F(Prompt, AnEssentialAcrMustHold) {
  EXPECT_TRUE(query_parameter(
      location({{"claims", R"({"id_token": {"acr": {"essential": true, "values": ["pwd"]}}})"}}), "code"));
  EXPECT_EQ(error({{"claims", R"({"id_token": {"acr": {"essential": true, "value": "phr"}}})"}}),
            "unmet_authentication_requirements");
  EXPECT_TRUE(query_parameter(location({{"acr_values", "phr"}}), "code"));
}

}  // namespace
}  // namespace voyages::tests
