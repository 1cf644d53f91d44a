#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

// RFC 6749 §5.2, error by error.

TEST(TokenEndpoint, SaysInvalidRequestWhenAParameterIsMissing) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto code = provider.give_code(client);
  EXPECT_EQ(refusal(provider.token(client, {})), "400 invalid_request");
  EXPECT_EQ(refusal(provider.redeem(client, code, {{"code", ""}})), "400 invalid_request");
  EXPECT_EQ(refusal(provider.redeem(client, code, {{"redirect_uri", ""}})), "400 invalid_request");
  EXPECT_EQ(refusal(provider.redeem(client, code, {{"code_verifier", ""}})), "400 invalid_request");
  EXPECT_EQ(refusal(provider.token(client, {{"grant_type", "refresh_token"}})), "400 invalid_request");
  EXPECT_EQ(refusal(provider.token(client, {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"}})),
            "400 invalid_request");
  EXPECT_EQ(provider.redeem(client, code).status, 200);  // none of it has used the code up
}

TEST(TokenEndpoint, SaysInvalidRequestWhenAParameterStandsTwice) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto parameters = code_grant(client, provider.give_code(client));
  parameters.emplace_back("code", provider.give_code(client));
  EXPECT_EQ(refusal(provider.token(client, parameters)), "400 invalid_request");
}

TEST(TokenEndpoint, SaysInvalidRequestForAnotherContentType) {
  Provider provider;
  const auto answer = provider.scenario.post("/oauth/token", {{"grant_type", "client_credentials"}});
  EXPECT_EQ(refusal(answer), "400 invalid_request");
}

TEST(TokenEndpoint, SaysInvalidRequestWhenTheClientProvesItselfTwice) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const Parameters parameters{{"grant_type", "client_credentials"}, {"client_secret", "x"}};
  EXPECT_EQ(refusal(provider.token(client, parameters)), "400 invalid_request");
}

TEST(TokenEndpoint, SaysInvalidClientWithAChallenge) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  http::Request request{.method = http::Method::post, .target = "/oauth/token"};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Authorization", "Basic " + to_base64(client.client_id + ":wrong"));
  request.body = auth::oauth::form_encode(code_grant(client, provider.give_code(client)));
  const auto answer = provider.scenario.send(request);
  EXPECT_EQ(refusal(answer), "401 invalid_client");
  EXPECT_EQ(answer.headers.get("WWW-Authenticate"), R"(Basic realm="voyages", charset="UTF-8")");
}

TEST(TokenEndpoint, SaysInvalidClientForOneThatIsUnknownOrDisabledOrNamesItselfOnly) {
  Provider provider;
  auto unknown = test_client();
  unknown.client_id = new_uuid7(provider.scenario.clock().now());
  EXPECT_EQ(refusal(provider.token(unknown, {{"grant_type", "client_credentials"}})), "401 invalid_client");
  auto disabled = test_client();
  disabled.disabled_at = provider.scenario.clock().now();
  disabled = add_client(provider.scenario, disabled);
  EXPECT_EQ(refusal(provider.token(disabled, {{"grant_type", "client_credentials"}})), "401 invalid_client");
  auto nameless = add_site(provider.scenario);
  nameless.token_endpoint_auth_method = "none";  // what it claims, not what is stored
  EXPECT_EQ(refusal(provider.redeem(nameless, provider.give_code(nameless))), "401 invalid_client");
}

// RFC 6749 §2.3.1: the secret is empty where there is none, which is how some libraries name a public client.
TEST(TokenEndpoint, TakesAnEmptySecretAsAPublicClientsName) {
  Provider provider;
  const auto app = add_public_client(provider.scenario);
  const auto redeem = [&](const TestClient& client, std::string_view proof) {
    http::Request request{.method = http::Method::post, .target = "/oauth/token"};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.headers.add("Authorization", "Basic " + to_base64(proof));
    request.body = auth::oauth::form_encode(code_grant(client, provider.give_code(client)));
    return provider.scenario.send(request);
  };
  EXPECT_EQ(redeem(app, app.client_id + ':').status, 200);
  EXPECT_EQ(refusal(redeem(app, app.client_id + ":x")), "401 invalid_client");
  const auto site = add_site(provider.scenario);
  EXPECT_EQ(refusal(redeem(site, site.client_id + ':')), "401 invalid_client");
}

TEST(TokenEndpoint, SaysInvalidGrantForACodeThatNeverWas) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  EXPECT_EQ(refusal(provider.redeem(client, "nonsense")), "400 invalid_grant");
  const auto other = std::string(crypto::new_token(provider.scenario.clock().now()).text.expose());
  EXPECT_EQ(refusal(provider.redeem(client, other)), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.refresh(client, other)), "400 invalid_grant");
}

TEST(TokenEndpoint, SaysUnauthorizedClientForAGrantThatTheClientMayNotUse) {
  Provider provider;
  auto client = test_site();
  client.grant_types = {};
  client = add_client(provider.scenario, client);
  for (const std::string grant :
       {"authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"}) {
    EXPECT_EQ(refusal(provider.token(client, {{"grant_type", grant}})), "400 unauthorized_client") << grant;
  }
}

TEST(TokenEndpoint, SaysUnsupportedGrantTypeForPasswordAndAllOthers) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  for (const std::string grant : {"password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "x"}) {
    const Parameters parameters{
        {"grant_type", grant}, {"username", std::string(ada)}, {"password", std::string(Scenario::password)}};
    EXPECT_EQ(refusal(provider.token(client, parameters)), "400 unsupported_grant_type") << grant;
  }
}

TEST(TokenEndpoint, SaysInvalidScopeForMoreThanWasGranted) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto first = provider.sign_in(client, "openid email");
  const auto refused = provider.refresh(client, first.text("refresh_token"), {{"scope", "openid roles"}});
  EXPECT_EQ(refusal(refused), "400 invalid_scope");
  EXPECT_EQ(refusal(provider.refresh(client, first.text("refresh_token"), {{"scope", "open\"id"}})),
            "400 invalid_scope");
  EXPECT_EQ(provider.refresh(client, first.text("refresh_token")).status, 200);  // it is not used up
}

TEST(TokenEndpoint, SaysInvalidTargetForAResourceThatWasNotGranted) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto allowed = provider.allowed(client);
  allowed.resources = {"https://api.example"};
  const auto code = provider.give(allowed);
  EXPECT_EQ(refusal(provider.redeem(client, code, {{"resource", "https://other.example"}})), "400 invalid_target");
  EXPECT_EQ(refusal(provider.redeem(client, code, {{"resource", "javascript:alert(1)"}})), "400 invalid_target");
  EXPECT_EQ(provider.redeem(client, code, {{"resource", "https://api.example"}}).status, 200);
}

TEST(TokenEndpoint, IsForPostAlone) {
  Provider provider;
  EXPECT_EQ(provider.scenario.get("/oauth/token?grant_type=client_credentials").status, 405);
}

TEST(TokenEndpoint, LetsPagesOfEverySiteReadItsAnswer) {
  Provider provider;
  const auto client = add_app(provider.scenario);
  http::Headers headers;
  headers.add("Origin", "https://app.example");
  const auto answer = provider.redeem(client, provider.give_code(client), {}, headers);
  EXPECT_EQ(answer.headers.get("Access-Control-Allow-Origin"), "*");
  EXPECT_FALSE(answer.headers.find("Access-Control-Allow-Credentials"));
  const auto secret = add_site(provider.scenario);
  const auto introspected = call_as(provider.scenario, secret, "/oauth/introspect", {{"token", "x"}}, headers);
  EXPECT_EQ(introspected.status, 200);
  EXPECT_FALSE(introspected.headers.find("Access-Control-Allow-Origin"));
}

TEST(TokenEndpoint, LogsNoTokens) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto code = provider.give_code(client);
  const auto answer = provider.redeem(client, code);
  const auto log = provider.scenario.log_text();
  ASSERT_NE(log.find("/oauth/token"), std::string::npos);
  for (const auto& secret : {code, answer.text("access_token"), answer.text("refresh_token"), answer.text("id_token"),
                             std::string(TestClient::secret), test_verifier}) {
    EXPECT_EQ(log.find(secret), std::string::npos);
  }
}

}  // namespace
}  // namespace voyages::tests
