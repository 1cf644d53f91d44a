#include "auth/oauth/authorize/push_request.h"

#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

class PushRequest : public ::testing::Test {
 protected:
  PushRequest() {
    scenario.register_user("ada@example.com");
    browser.sign_in("ada@example.com");
  }

  Answer push(const Parameters& changes = {}) {
    return call_as(scenario, client, "/oauth/par", authorization_request(client, changes));
  }
  http::Response visit(Browser& in, std::string_view request_uri, const Parameters& more = {}) {
    auto parameters = more;
    parameters.emplace_back("client_id", client.client_id);
    parameters.emplace_back("request_uri", request_uri);
    return in.get("/oauth/authorize?" + auth::oauth::form_encode(parameters));
  }

  /// Pushes with a proof of this key.
  Answer push_with(const ProofKey& key, const Parameters& changes = {}) {
    const auto proof = key.sign(key.header(), key.claims("POST", "/oauth/par"));
    return call_as(scenario, client, "/oauth/par", authorization_request(client, changes), ProofKey::field(proof));
  }

  Scenario scenario;
  Browser browser{scenario};
  TestClient client = add_client(scenario);
};

TEST_F(PushRequest, AnswersAReferenceThatWorksOnce) {
  const auto pushed = push();
  ASSERT_EQ(pushed.status, 201);
  EXPECT_EQ(pushed.body.at("expires_in"), 60);
  EXPECT_EQ(pushed.headers.get("Cache-Control"), "no-store");
  const auto request_uri = pushed.text("request_uri");
  EXPECT_TRUE(request_uri.starts_with("urn:ietf:params:oauth:request_uri:"));
  const auto first = visit(browser, request_uri);
  EXPECT_TRUE(query_parameter(first.headers.get("Location"), "code"));
  EXPECT_EQ(query_parameter(first.headers.get("Location"), "state"), "af0ifjsldkj");
  EXPECT_EQ(visit(browser, request_uri).status, 400);
}

TEST_F(PushRequest, WaitsAMinuteForTheBrowserAndThenTenForThePerson) {
  const auto late = push().text("request_uri");
  const auto in_time = push().text("request_uri");
  Browser other(scenario);
  scenario.clock().advance(59s);
  const auto asked = visit(other, in_time);
  EXPECT_TRUE(asked.headers.get("Location").starts_with("/login?")) << asked.headers.get("Location");
  scenario.clock().advance(1s);
  EXPECT_EQ(visit(browser, late).status, 400);
  scenario.clock().advance(9min);
  other.sign_in("ada@example.com");
  EXPECT_TRUE(query_parameter(visit(other, in_time).headers.get("Location"), "code"));
}

TEST_F(PushRequest, CountsAloneWhateverStandsBesideIt) {
  const auto request_uri = push().text("request_uri");
  const auto response =
      visit(browser, request_uri, {{"redirect_uri", "https://evil.example/"}, {"scope", "roles"}, {"state", "evil"}});
  EXPECT_TRUE(response.headers.get("Location").starts_with("https://site.example/callback?code="));
  EXPECT_EQ(query_parameter(response.headers.get("Location"), "state"), "af0ifjsldkj");
}

TEST_F(PushRequest, AsksForNoMoreThanItDidWhenItWasPushed) {
  client.scopes = {"openid"};
  add_client(scenario, client);
  const auto request_uri = push({{"scope", "openid email"}}).text("request_uri");
  client.scopes = {"openid", "email"};
  add_client(scenario, client);
  EXPECT_EQ(query_parameter(visit(browser, request_uri).headers.get("Location"), "error"), "invalid_scope");
}

TEST_F(PushRequest, IsForTheClientThatPushedIt) {
  const auto request_uri = push().text("request_uri");
  client = add_client(scenario);
  EXPECT_EQ(visit(browser, request_uri).status, 400);
}

TEST_F(PushRequest, IsRefusedWithoutTheClientsSecret) {
  auto parameters = authorization_request(client);
  Browser anybody(scenario);
  EXPECT_EQ(anybody.submit("/oauth/par", parameters).status, 401);
  parameters.emplace_back("client_secret", "wrong");
  const auto refused = anybody.submit("/oauth/par", parameters);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(boost::json::parse(refused.content()).at("error"), "invalid_client");
}

TEST_F(PushRequest, IsOpenToPublicClientsByTheirName) {
  client = add_public_client(scenario);
  const auto pushed = push();
  ASSERT_EQ(pushed.status, 201);
  EXPECT_TRUE(query_parameter(visit(browser, pushed.text("request_uri")).headers.get("Location"), "code"));
}

TEST_F(PushRequest, LeavesScopesOutThatItDoesNotKnow) {
  const auto pushed = push({{"scope", "something"}});
  ASSERT_EQ(pushed.status, 201);
  EXPECT_TRUE(query_parameter(visit(browser, pushed.text("request_uri")).headers.get("Location"), "code"));
}

TEST_F(PushRequest, LearnsAtOnceWhatIsWrong) {
  const auto error = [&](const Parameters& changes) {
    const auto answer = push(changes);
    EXPECT_EQ(answer.status, 400);
    return answer.text("error");
  };
  EXPECT_EQ(error({{"redirect_uri", "https://evil.example/"}}), "invalid_request");
  EXPECT_EQ(error({{"redirect_uri", ""}}), "invalid_request");
  EXPECT_EQ(error({{"request_uri", "urn:ietf:params:oauth:request_uri:x"}}), "invalid_request");
  EXPECT_EQ(error({{"request", "x.y.z"}}), "request_not_supported");
  EXPECT_EQ(error({{"response_type", "token"}}), "unsupported_response_type");
  EXPECT_EQ(error({{"code_challenge", ""}}), "invalid_request");
  EXPECT_EQ(error({{"scope", "no\"scope"}}), "invalid_scope");
  EXPECT_EQ(error({{"resource", "ftp://x"}}), "invalid_target");
}

TEST_F(PushRequest, RefusesAProofThatIsNone) {
  http::Headers headers;
  headers.add("DPoP", "not.a.proof");
  const auto answer = call_as(scenario, client, "/oauth/par", authorization_request(client), headers);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.text("error"), "invalid_dpop_proof");
}

TEST_F(PushRequest, BindsTheCodeToTheProofsKey) {
  client = add_site(scenario);
  const ProofKey key(scenario);
  const auto redeem = [&](const http::Headers& proof) {
    const auto pushed = push_with(key);
    EXPECT_EQ(pushed.status, 201);
    const auto response = visit(browser, pushed.text("request_uri"));
    const auto code = query_parameter(response.headers.get("Location"), "code").value_or("");
    return call_as(scenario, client, "/oauth/token", code_grant(client, code), proof);
  };
  EXPECT_EQ(refusal(redeem(ProofKey(scenario).for_token())), "400 invalid_grant");
  EXPECT_EQ(refusal(redeem({})), "400 invalid_grant");
  const auto answer = redeem(key.for_token());
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("token_type"), "DPoP");
}

TEST_F(PushRequest, RefusesAnotherDpopJktThanTheProofs) {
  const ProofKey key(scenario);
  const ProofKey another(scenario);
  EXPECT_EQ(refusal(push_with(key, {{"dpop_jkt", another.thumbprint()}})), "400 invalid_dpop_proof");
  EXPECT_EQ(push_with(key, {{"dpop_jkt", key.thumbprint()}}).status, 201);
}

TEST_F(PushRequest, IsTheOnlyWayForAClientThatMustPush) {
  client.require_pushed_authorization_requests = true;
  client = add_client(scenario, client);
  const auto refused = authorize(browser, client);
  EXPECT_EQ(query_parameter(refused.headers.get("Location"), "error"), "invalid_request");
  EXPECT_TRUE(query_parameter(visit(browser, push().text("request_uri")).headers.get("Location"), "code"));
}

TEST_F(PushRequest, KeepsOnlySoManyOfThoseWhoProveNothing) {
  auto config = Scenario::test_config();
  config.of<auth::AuthOptions>().sign_up_limit = 1;
  Scenario limited(config);
  const auto app = add_public_client(limited);
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(call_as(limited, app, "/oauth/par", authorization_request(app)).status, 201) << i;
  }
  const auto refused = call_as(limited, app, "/oauth/par", authorization_request(app));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.text("error"), "temporarily_unavailable");
  EXPECT_TRUE(refused.headers.find("Retry-After"));
  const auto site = add_client(limited);
  EXPECT_EQ(call_as(limited, site, "/oauth/par", authorization_request(site)).status, 201);
}

TEST_F(PushRequest, KeepsOnlySoManyOfAClientThatRegisteredItself) {
  auto config = Scenario::test_config();
  config.of<auth::AuthOptions>().sign_up_limit = 1;
  Scenario limited(config);
  auto itself = test_client();
  itself.registered_by_itself = true;
  itself = add_client(limited, itself);
  ASSERT_FALSE(itself.is_public());
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(call_as(limited, itself, "/oauth/par", authorization_request(itself)).status, 201) << i;
  }
  EXPECT_EQ(call_as(limited, itself, "/oauth/par", authorization_request(itself)).status, 429);
}

TEST_F(PushRequest, KeepsNoSecretOfTheClient) {
  auto parameters = authorization_request(client);
  parameters.emplace_back("client_secret", std::string(TestClient::secret));
  Browser anybody(scenario);
  ASSERT_EQ(anybody.submit("/oauth/par", parameters).status, 201);
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_EQ(rest.find(TestClient::secret), std::string::npos);
}

}  // namespace
}  // namespace voyages::tests
