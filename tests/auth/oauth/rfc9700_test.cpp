#include "auth/oauth/authorize/authorization_code.h"
#include "http/assets.h"
#include "tests/auth/federation/federation_scenario.h"
#include "tests/auth/oauth/provider.h"

namespace voyages::tests {
namespace {

// What RFC 9700 (Best Current Practice for OAuth 2.0 Security) demands of an authorization endpoint, each by its
// section. The token endpoint's part is tested beside it.
class Rfc9700 : public ::testing::Test {
 protected:
  Rfc9700() {
    scenario.register_user("ada@example.com");
    browser.sign_in("ada@example.com");
  }

  static app::Config open_config() {
    auto config = Scenario::test_config();
    config.cors_origins = {"https://site.example"};
    config.of<auth::AuthOptions>().client_registration = auth::ClientRegistration::open;
    return config;
  }
  std::string error(const TestClient& client, const Parameters& changes) {
    return query_parameter(authorize(browser, client, changes).headers.get("Location"), "error").value_or("");
  }

  Scenario scenario{open_config()};
  Browser browser{scenario};
};

TEST_F(Rfc9700, Section2_1_RedirectUrisMatchExactlyAndOnlyALoopbackPortIsFree) {
  auto native = test_client();
  native.redirect_uris = {"http://127.0.0.1:1/callback", "https://site.example/callback"};
  const auto client = add_client(scenario, native);
  EXPECT_EQ(authorize(browser, client, {{"redirect_uri", "http://127.0.0.1:2/callback"}}).status, 303);
  for (const auto* uri : {"http://127.0.0.1:2/callback/x", "https://site.example:444/callback",
                          "https://site.example/callback?x", "https://x.site.example/callback"}) {
    EXPECT_EQ(authorize(browser, client, {{"redirect_uri", uri}}).status, 400) << uri;
  }
}

TEST_F(Rfc9700, Section2_1_IsNoOpenRedirector) {
  const auto client = add_client(scenario);
  for (const Parameters& changes :
       std::vector<Parameters>{{{"redirect_uri", "https://evil.example/"}},
                               {{"redirect_uri", "https://evil.example/"}, {"scope", "nothing"}},
                               {{"redirect_uri", "https://evil.example/"}, {"response_type", ""}},
                               {{"redirect_uri", "https://evil.example/"}, {"prompt", "none"}},
                               {{"client_id", "unknown"}, {"redirect_uri", "https://evil.example/"}},
                               {{"request_uri", "https://evil.example/"}, {"redirect_uri", "https://evil.example/"}}}) {
    const auto response = authorize(browser, client, changes);
    EXPECT_EQ(response.status, 400);
    EXPECT_FALSE(response.headers.find("Location"));
    EXPECT_FALSE(response.headers.find("Refresh"));
    EXPECT_EQ(response.content().find("evil.example"), std::string_view::npos);
  }
}

TEST_F(Rfc9700, Section2_1_1_AClientWithoutASecretMustUsePkce) {
  const Parameters none{{"code_challenge", ""}, {"code_challenge_method", ""}};
  EXPECT_EQ(error(add_public_client(scenario), none), "invalid_request");
  auto client = add_client(scenario);
  EXPECT_TRUE(query_parameter(authorize(browser, client, none).headers.get("Location"), "code"));
  client.require_pkce = true;
  EXPECT_EQ(error(add_client(scenario, client), none), "invalid_request");
}

TEST_F(Rfc9700, Section2_1_1_WhateverIsSentOfPkceIsS256AndWhole) {
  for (const auto& client : {add_client(scenario), add_public_client(scenario)}) {
    EXPECT_EQ(error(client, {{"code_challenge", ""}}), "invalid_request");
    EXPECT_EQ(error(client, {{"code_challenge_method", ""}}), "invalid_request");
    EXPECT_EQ(error(client, {{"code_challenge_method", "plain"}}), "invalid_request");
    EXPECT_EQ(error(client, {{"code_challenge_method", "s256"}}), "invalid_request");
    EXPECT_EQ(error(client, {{"code_challenge", "short"}}), "invalid_request");
    EXPECT_EQ(error(client, {{"code_challenge", std::string(129, 'x')}}), "invalid_request");
    EXPECT_EQ(error(client, {{"code_challenge", std::string(42, 'x') + '='}}), "invalid_request");
  }
}

TEST_F(Rfc9700, Section2_1_1_MetadataNamesS256Alone) {
  for (const auto* path : {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"}) {
    EXPECT_EQ(scenario.get(path).body.at("code_challenge_methods_supported"), boost::json::array{"S256"}) << path;
  }
}

TEST_F(Rfc9700, Section2_1_2_NoTokenIsEverInAnAuthorizationResponse) {
  const auto client = add_client(scenario);
  for (const auto* type : {"token", "id_token token", "code token", "code id_token"}) {
    EXPECT_EQ(error(client, {{"response_type", type}}), "unsupported_response_type") << type;
  }
  EXPECT_EQ(error(client, {{"response_mode", "fragment"}}), "invalid_request");
}

TEST_F(Rfc9700, Section2_6_AndSection4_3_AnswersAreNeitherStoredNorReferredTo) {
  const auto client = add_client(scenario);
  for (const Parameters& changes : std::vector<Parameters>{
           {}, {{"response_mode", "form_post"}}, {{"redirect_uri", "x"}}, {{"prompt", "login"}}, {{"scope", "x"}}}) {
    const auto response = authorize(browser, client, changes);
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
    EXPECT_EQ(response.headers.get("Referrer-Policy"), "no-referrer");
  }
}

TEST_F(Rfc9700, Section2_6_RefusesPlainHttpRedirectUrisButOnLoopback) {
  const auto owner = scenario.owner_token();
  const auto made = [&](std::string_view uri) {
    return scenario.post("/admin/clients", {{"client_name", "A site"}, {"redirect_uris", {uri}}}, owner).status;
  };
  const auto registered = [&](std::string_view uri) {
    return scenario.post("/oauth/register", {{"client_name", "An app"}, {"redirect_uris", {uri}}});
  };
  for (const auto* uri :
       {"http://site.example/callback", "HTTP://site.example/callback", "http://192.168.0.1/callback",
        "http://10.0.0.1:8080/callback", "http://127.0.0.1.evil.example/callback", "http://localhost.evil.example/",
        "http://127.0.0.1@evil.example/callback", "http://[::2]/callback"}) {
    EXPECT_EQ(made(uri), 422) << uri;
    const auto refused = registered(uri);
    EXPECT_EQ(refused.status, 400) << uri;
    EXPECT_EQ(refused.text("error"), "invalid_redirect_uri") << uri;
  }
  for (const auto* uri : {"http://127.0.0.1/callback", "http://[::1]:8000/callback", "http://localhost:3000/callback",
                          "https://site.example/callback"}) {
    EXPECT_EQ(made(uri), 201) << uri;
    EXPECT_EQ(registered(uri).status, 201) << uri;
  }
}

TEST_F(Rfc9700, Section2_6_TheAuthorizationEndpointAnswersNoCors) {
  const auto client = add_client(scenario);
  for (const auto method : {http::Method::get, http::Method::post, http::Method::options}) {
    http::Request request{.method = method, .target = "/oauth/authorize"};
    if (method == http::Method::get) {
      request.target += '?' + auth::oauth::form_encode(authorization_request(client));
    }
    request.headers.add("Origin", "https://site.example");
    request.headers.add("Access-Control-Request-Method", "GET");
    for (const auto& field : browser.send(request).headers) {
      EXPECT_FALSE(to_lower_ascii(field.name).starts_with("access-control-")) << field.name;
    }
    // The same origin may call the API.
    request.target = "/auth/me";
    EXPECT_EQ(browser.send(request).headers.get("Access-Control-Allow-Origin"), "https://site.example");
  }
}

TEST_F(Rfc9700, Section4_4_EveryAnswerNamesItsIssuer) {
  const auto client = add_client(scenario);
  const auto& issuer = scenario.app().get<auth::Auth>().access_tokens.issuer();
  for (const Parameters& changes :
       std::vector<Parameters>{{}, {{"scope", "x"}}, {{"code_challenge", ""}}, {{"request", "x"}}}) {
    EXPECT_EQ(query_parameter(authorize(browser, client, changes).headers.get("Location"), "iss"), issuer);
  }
}

TEST_F(Rfc9700, Section4_11_2_AClientThatRegisteredItselfSendsNobodyOnWhoIsNotSignedIn) {
  auto app = test_client("Anybody's");
  app.registered_by_itself = true;
  app.first_party = false;
  app.post_logout_redirect_uris = {"https://site.example/bye"};
  const auto client = add_client(scenario, app);
  Browser nobody(scenario);
  for (const Parameters& changes : std::vector<Parameters>{{{"response_type", "foo"}},
                                                           {{"scope", "no\"scope"}},
                                                           {{"code_challenge", ""}},
                                                           {{"response_type", "foo"}, {"prompt", "none"}}}) {
    const auto response = authorize(nobody, client, changes);
    EXPECT_EQ(response.status, 400);
    EXPECT_FALSE(response.headers.find("Location"));
    EXPECT_NE(response.content().find("data-error=\"invalid_request\""), std::string_view::npos);
    // Who is signed in has dealings with the client.
    EXPECT_EQ(authorize(browser, client, changes).status, 303);
  }
  // The exception that the section makes.
  const auto silent = authorize(nobody, client, {{"prompt", "none"}});
  EXPECT_EQ(query_parameter(silent.headers.get("Location"), "error"), "login_required");
  const auto out = nobody.get(
      "/oauth/logout?" + auth::oauth::form_encode({{"client_id", client.client_id},
                                                   {"post_logout_redirect_uri", app.post_logout_redirect_uris[0]}}));
  EXPECT_TRUE(out.headers.get("Location").starts_with("/sign-out?"));
  // A client that an administrator made is believed: docs/openid.md says why.
  const auto known = add_client(scenario);
  EXPECT_EQ(authorize(nobody, known, {{"response_type", "foo"}}).status, 303);
}

TEST_F(Rfc9700, Section4_12_RedirectsNeverWith307) {
  const auto client = add_client(scenario);
  Browser signed_out(scenario);
  for (auto* in : {&browser, &signed_out}) {
    for (const Parameters& changes :
         std::vector<Parameters>{{}, {{"scope", "x"}}, {{"prompt", "login"}}, {{"prompt", "none"}}}) {
      EXPECT_EQ(authorize(*in, client, changes).status, 303);
      EXPECT_EQ(in->submit("/oauth/authorize", authorization_request(client, changes)).status, 303);
    }
  }
  for (const auto* target : {"/oauth/logout", "/auth/federation/acme/callback?state=x"}) {
    EXPECT_EQ(signed_out.get(target).status, 303) << target;
  }
  EXPECT_EQ(browser.get("/oauth/logout").status, 303);  // to the question
  const Parameters out{{"client_id", client.client_id}};
  EXPECT_EQ(browser.submit("/oauth/logout", out).status, 303);
  EXPECT_EQ(signed_out.submit("/oauth/logout", out).status, 303);
  // Back from a provider, and on to the page.
  FederationScenario elsewhere;
  EXPECT_EQ(elsewhere.sign_in(), "/account");  // expects the 303
}

TEST_F(Rfc9700, Section4_16_NothingOfItCanBeFramed) {
  const auto client = add_client(scenario);
  for (const Parameters& changes :
       std::vector<Parameters>{{}, {{"response_mode", "form_post"}}, {{"redirect_uri", "x"}}, {{"prompt", "login"}}}) {
    const auto response = authorize(browser, client, changes);
    EXPECT_EQ(response.headers.get("X-Frame-Options"), "DENY");
    EXPECT_NE(response.headers.get("Content-Security-Policy").find("frame-ancestors 'none'"), std::string_view::npos);
  }
  EXPECT_EQ(browser.get("/oauth/logout").headers.get("X-Frame-Options"), "DENY");
  int pages = 0;
  for (const auto& asset : assets::all()) {
    if (!asset.content_type.starts_with("text/html")) continue;
    ++pages;
    const auto response = browser.get(std::string(asset.path));
    EXPECT_NE(response.headers.get("Content-Security-Policy").find("frame-ancestors 'none'"), std::string_view::npos)
        << asset.path;
  }
  EXPECT_GT(pages, 10);
}

TEST_F(Rfc9700, Section4_10_ACodeIsBoundToTheKeyThatTheClientNames) {
  const auto client = add_client(scenario);
  const auto code = code_for(browser, client, {{"dpop_jkt", challenge_of("a key")}});
  const auto item = auth::oauth::find_code(scenario.table(), code);
  ASSERT_TRUE(item);
  EXPECT_EQ(auth::oauth::to_code(*item).dpop_jkt, challenge_of("a key"));
}

TEST_F(Rfc9700, Section4_5_ACodeBelongsToOneClientAndOneTransaction) {
  const auto client = add_client(scenario);
  const auto first = code_for(browser, client);
  const auto second = code_for(browser, client, {{"nonce", "another"}});
  EXPECT_NE(first, second);
  const auto item = auth::oauth::find_code(scenario.table(), second);
  ASSERT_TRUE(item);
  EXPECT_EQ(auth::oauth::to_code(*item).client_id, client.client_id);
  EXPECT_EQ(auth::oauth::to_code(*item).nonce, "another");
}

}  // namespace
}  // namespace voyages::tests
