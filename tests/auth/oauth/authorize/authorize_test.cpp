#include "auth/oauth/authorize/authorize.h"

#include "auth/oauth/authorize/authorization_code.h"
#include "tests/auth/oauth/provider.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

// A signed-in browser, and a client that needs no consent.
class Authorize : public ::testing::Test {
 protected:
  Authorize() {
    scenario.register_user("ada@example.com");
    browser.sign_in("ada@example.com");
  }

  // The error that the client is told at its redirect URI, with what has to come along.
  std::string error_to_client(const Parameters& changes) {
    const auto response = authorize(browser, client, changes);
    EXPECT_EQ(response.status, 303);
    const auto location = response.headers.get("Location");
    EXPECT_TRUE(location.starts_with("https://site.example/callback?")) << location;
    EXPECT_EQ(query_parameter(location, "state"), "af0ifjsldkj");
    EXPECT_EQ(query_parameter(location, "iss"), scenario.app().get<auth::Auth>().access_tokens.issuer());
    EXPECT_FALSE(query_parameter(location, "code"));
    return query_parameter(location, "error").value_or("");
  }
  // The error on a page of ours, from which nothing leads elsewhere.
  std::string error_on_page(const http::Response& response) {
    EXPECT_EQ(response.status, 400);
    EXPECT_FALSE(response.headers.find("Location"));
    EXPECT_EQ(response.headers.get("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(response.content().find("evil"), std::string_view::npos);
    const auto at = response.content().find("data-error=\"");
    const auto code = response.content().substr(at + 12);
    return std::string(code.substr(0, code.find('"')));
  }
  std::string page_error(const Parameters& changes) { return error_on_page(authorize(browser, client, changes)); }
  auth::oauth::AuthorizationCode read(std::string_view code) {
    const auto item = auth::oauth::find_code(scenario.table(), code);
    EXPECT_TRUE(item);
    return item ? auth::oauth::to_code(*item) : auth::oauth::AuthorizationCode();
  }

  Scenario scenario;
  Browser browser{scenario};
  TestClient client = add_client(scenario);
};

TEST_F(Authorize, GivesASignedInBrowserACodeAtOnce) {
  const auto response = authorize(browser, client, {{"resource", "https://api.example/"}});
  EXPECT_EQ(response.status, 303);
  const auto location = response.headers.get("Location");
  EXPECT_TRUE(location.starts_with("https://site.example/callback?code=")) << location;
  EXPECT_EQ(query_parameter(location, "state"), "af0ifjsldkj");
  EXPECT_EQ(query_parameter(location, "iss"), scenario.app().get<auth::Auth>().access_tokens.issuer());
  const auto code = read(query_parameter(location, "code").value_or(""));
  EXPECT_EQ(code.client_id, client.client_id);
  EXPECT_EQ(code.redirect_uri, "https://site.example/callback");
  EXPECT_EQ(code.scope, "openid profile email");
  EXPECT_EQ(code.resources, std::vector<std::string>{"https://api.example/"});
  EXPECT_EQ(code.nonce, "n-0S6_WzA2Mj");
  EXPECT_EQ(code.code_challenge, challenge_of(test_verifier));
  EXPECT_EQ(code.auth_time, scenario.clock().now());
  EXPECT_EQ(code.amr, std::vector<std::string>{"pwd"});
}

TEST_F(Authorize, SendsOthersToSignInAndTakesThemBack) {
  Browser other(scenario);
  const auto asked = authorize(other, client, {{"login_hint", "bob@example.com"}, {"ui_locales", "de en"}});
  EXPECT_EQ(asked.status, 303);
  const auto location = asked.headers.get("Location");
  EXPECT_TRUE(location.starts_with("/login?return_to=%2Foauth%2Fauthorize%3Fclient_id%3D")) << location;
  EXPECT_EQ(query_parameter(location, "login_hint"), "bob@example.com");
  EXPECT_EQ(query_parameter(location, "ui_locales"), "de en");
  // What the site asked for does not stand in the address.
  EXPECT_EQ(location.find("n-0S6"), std::string_view::npos);

  scenario.register_user("bob@example.com");
  other.sign_in("bob@example.com");
  const auto back = other.get(query_parameter(location, "return_to").value_or(""));
  EXPECT_EQ(back.status, 303);
  const auto code = query_parameter(back.headers.get("Location"), "code");
  ASSERT_TRUE(code);
  EXPECT_EQ(read(*code).nonce, "n-0S6_WzA2Mj");
  EXPECT_EQ(query_parameter(back.headers.get("Location"), "state"), "af0ifjsldkj");
}

TEST_F(Authorize, UsesAStoredRequestOnce) {
  Browser other(scenario);
  const auto asked = authorize(other, client);
  const auto return_to = query_parameter(asked.headers.get("Location"), "return_to").value_or("");
  EXPECT_EQ(browser.get(return_to).status, 303);
  EXPECT_EQ(error_on_page(browser.get(return_to)), "invalid_request_uri");
}

TEST_F(Authorize, ForgetsARequestThatWaitedTenMinutes) {
  Browser other(scenario);
  const auto asked = authorize(other, client);
  scenario.clock().advance(10min);
  EXPECT_EQ(error_on_page(browser.get(query_parameter(asked.headers.get("Location"), "return_to").value_or(""))),
            "invalid_request_uri");
}

TEST_F(Authorize, TakesAFormFromAnotherSiteByAGetOfItsOwn) {
  // The browser leaves the cookie out where another site posts.
  Browser without_cookie(scenario);
  const auto posted = without_cookie.submit("/oauth/authorize", authorization_request(client, {{"prompt", "none"}}));
  EXPECT_EQ(posted.status, 303);
  const auto location = std::string(posted.headers.get("Location"));
  EXPECT_TRUE(location.starts_with("/oauth/authorize?client_id=")) << location;
  EXPECT_TRUE(query_parameter(browser.get(location).headers.get("Location"), "code"));
}

TEST_F(Authorize, TakesAFormOfOurOwnAtOnce) {
  const auto posted = browser.submit("/oauth/authorize", authorization_request(client));
  EXPECT_EQ(posted.status, 303);
  EXPECT_TRUE(query_parameter(posted.headers.get("Location"), "code"));
}

TEST_F(Authorize, RemembersWhenTheBrowserWasLastSeenAtMostEachFiveMinutes) {
  const auto last_seen = [&] {
    return browser.call(http::Method::get, "/auth/sessions").body.at("items").at(0).at("last_seen_at").as_string();
  };
  const auto first = last_seen();
  scenario.clock().advance(4min);
  code_for(browser, client);
  EXPECT_EQ(last_seen(), first);
  scenario.clock().advance(1min);
  code_for(browser, client);
  EXPECT_EQ(last_seen(), boost::json::string_view(to_rfc3339(scenario.clock().now())));
}

TEST_F(Authorize, KeepsTheQueryOfARedirectUri) {
  auto other = test_client();
  other.redirect_uris = {"https://site.example/callback?tenant=1"};
  const auto response = authorize(browser, add_client(scenario, other));
  EXPECT_TRUE(response.headers.get("Location").starts_with("https://site.example/callback?tenant=1&code="));
}

// RFC 6749 §4.1.2.1, by name.

TEST_F(Authorize, AnswersInvalidRequest) {
  for (const Parameters& changes : std::vector<Parameters>{
           {{"response_type", ""}},
           {{"response_mode", "fragment"}},
           {{"response_mode", "query.jwt"}},
           {{"prompt", "none login"}},
           {{"prompt", "everything"}},
           {{"max_age", "-1"}},
           {{"max_age", "1x"}},
           {{"max_age", "99999999999"}},
           {{"nonce", std::string(513, 'n')}},
           {{"login_hint", std::string(513, 'n')}},
           {{"claims", "{"}},
           {{"claims", R"({"id_token": 1})"}},
           {{"dpop_jkt", "short"}},
       }) {
    EXPECT_EQ(error_to_client(changes), "invalid_request") << changes[0].first << '=' << changes[0].second;
  }
}

TEST_F(Authorize, AnswersInvalidRequestWithTheStateThatIsTooLong) {
  const std::string longer(4097, 's');
  const auto response = authorize(browser, client, {{"state", longer}});
  const auto location = response.headers.get("Location");
  EXPECT_EQ(query_parameter(location, "error"), "invalid_request");
  EXPECT_EQ(query_parameter(location, "state"), longer);  // RFC 6749 §4.1.2.1
  EXPECT_TRUE(
      query_parameter(authorize(browser, client, {{"state", std::string(4096, 's')}}).headers.get("Location"), "code"));
}

TEST_F(Authorize, AnswersRequestUriNotSupportedToOneThatWasNotPushed) {
  for (const auto* uri : {"https://site.example/request.jwt", "urn:example:request", "file:///etc/passwd"}) {
    EXPECT_EQ(error_to_client({{"request_uri", uri}}), "request_uri_not_supported") << uri;
  }
}

TEST_F(Authorize, AnswersInvalidRequestToMoreParametersThanAreStored) {
  // By a form: no server takes an address that long.
  const auto post = [&](const Parameters& changes, std::string_view name) {
    const auto response = browser.submit("/oauth/authorize", authorization_request(client, changes));
    return query_parameter(response.headers.get("Location"), name).value_or("");
  };
  // As long as they may be on their own, and three times that form-encoded.
  EXPECT_EQ(post({{"ui_locales", std::string(512, '"')}, {"id_token_hint", std::string(2300, '"')}}, "error"),
            "invalid_request");
  EXPECT_EQ(post({{"more", std::string(8192, 'm')}}, "error"), "invalid_request");
  EXPECT_NE(post({{"more", std::string(7000, 'm')}}, "code"), "");
}

TEST_F(Authorize, AnswersUnauthorizedClient) {
  auto machine = test_client();
  machine.grant_types = {"client_credentials"};
  client = add_client(scenario, machine);
  EXPECT_EQ(error_to_client({}), "unauthorized_client");
}

TEST_F(Authorize, AnswersAccessDenied) {
  auto asking = test_client();
  asking.first_party = false;
  client = add_client(scenario, asking);
  const auto asked = authorize(browser, client);
  const auto location = asked.headers.get("Location");
  ASSERT_TRUE(location.starts_with("/consent?")) << location;
  const auto decided =
      browser.post("/oauth/consent", {{"client_id", client.client_id},
                                      {"request_uri", query_parameter(location, "request_uri").value()},
                                      {"allow", false}});
  ASSERT_EQ(decided.status, 200);
  const auto back = browser.get(decided.text("continue_to"));
  EXPECT_EQ(query_parameter(back.headers.get("Location"), "error"), "access_denied");
  EXPECT_EQ(query_parameter(back.headers.get("Location"), "state"), "af0ifjsldkj");
  // It is used up, and nothing was remembered.
  EXPECT_EQ(error_on_page(browser.get(decided.text("continue_to"))), "invalid_request_uri");
  EXPECT_TRUE(authorize(browser, client).headers.get("Location").starts_with("/consent?"));
}

TEST_F(Authorize, AnswersUnsupportedResponseType) {
  for (const auto* type : {"token", "id_token", "code id_token", "code token", "none", "CODE"}) {
    EXPECT_EQ(error_to_client({{"response_type", type}}), "unsupported_response_type") << type;
  }
}

TEST_F(Authorize, LeavesScopesOutThatItDoesNotKnow) {
  const auto granted = [&](const std::string& scope) {
    const auto response = authorize(browser, client, {{"scope", scope}});
    return read(query_parameter(response.headers.get("Location"), "code").value_or("")).scope;
  };
  EXPECT_EQ(granted("mcp:tools openid address"), "openid");
  EXPECT_EQ(granted("something"), "openid");
}

TEST_F(Authorize, ShowsNoErrorPageToClientsThatRegisteredThemselvesForAScopeThatItDoesNotKnow) {
  client.registered_by_itself = true;
  add_client(scenario, client);
  Browser other(scenario);
  const auto response = authorize(other, client, {{"scope", "something"}});
  EXPECT_EQ(response.status, 303);
  EXPECT_TRUE(response.headers.get("Location").starts_with("/login?"));
}

TEST_F(Authorize, AnswersInvalidScope) {
  EXPECT_EQ(error_to_client({{"scope", "openid \"email\""}}), "invalid_scope");
  EXPECT_EQ(error_to_client({{"scope", "openid " + std::string(1018, 's')}}), "invalid_scope");
}

TEST_F(Authorize, AnswersInvalidTarget) {
  EXPECT_EQ(error_to_client({{"resource", "http://api.example/"}}), "invalid_target");
  EXPECT_EQ(error_to_client({{"resource", "https://api.example/#x"}}), "invalid_target");
}

TEST_F(Authorize, AnswersWhatItDoesNotSupportByName) {
  EXPECT_EQ(error_to_client({{"request", "eyJhbGciOiJub25lIn0.e30."}}), "request_not_supported");
  EXPECT_EQ(error_to_client({{"registration", "{}"}}), "registration_not_supported");
}

TEST_F(Authorize, ChangesNothingForAHead) {
  Browser other(scenario);
  const auto asked = authorize(other, client);
  const auto return_to = query_parameter(asked.headers.get("Location"), "return_to").value_or("");
  const auto before = scenario.stored_items();
  const auto head = browser.send({.method = http::Method::head, .target = return_to});
  EXPECT_EQ(head.status, 405);
  EXPECT_EQ(head.headers.get("Allow"), "GET, POST, OPTIONS");
  EXPECT_FALSE(head.headers.find("Location"));
  EXPECT_EQ(scenario.stored_items(), before);
  EXPECT_TRUE(query_parameter(browser.get(return_to).headers.get("Location"), "code"));
}

// What cannot be answered to the client.

TEST_F(Authorize, ShowsAPageWhereTheClientIsNotKnown) {
  EXPECT_EQ(page_error({{"client_id", ""}}), "invalid_request");
  EXPECT_EQ(page_error({{"client_id", "evil"}}), "unknown_client");
  EXPECT_EQ(page_error({{"client_id", new_uuid7(scenario.clock().now())}}), "unknown_client");
  client.disabled_at = scenario.clock().now();
  add_client(scenario, client);
  EXPECT_EQ(page_error({}), "unknown_client");
}

TEST_F(Authorize, ShowsAPageWhereTheRedirectUriIsNotTheClients) {
  for (const auto* uri : {"https://evil.example/", "https://site.example/callback/", "//evil.example", "javascript:1",
                          "https://site.example/callback@evil.example", "https://site.example/callback#evil"}) {
    EXPECT_EQ(page_error({{"redirect_uri", uri}}), "invalid_redirect_uri") << uri;
  }
  EXPECT_EQ(page_error({{"redirect_uri", ""}}), "invalid_redirect_uri");
  // Nor is it enough that something else is wrong too.
  EXPECT_EQ(page_error({{"redirect_uri", "https://evil.example/"}, {"response_type", "token"}}),
            "invalid_redirect_uri");
}

TEST_F(Authorize, ShowsAPageForAnotherClientsRedirectUri) {
  auto other = test_client();
  other.redirect_uris = {"https://other.example/callback"};
  add_client(scenario, other);
  EXPECT_EQ(page_error({{"redirect_uri", "https://other.example/callback"}}), "invalid_redirect_uri");
}

TEST_F(Authorize, ShowsAPageForARequestUriThatIsNotOurs) {
  for (const auto* uri : {"urn:ietf:params:oauth:request_uri:evil", "urn:ietf:params:oauth:request_uri:"}) {
    EXPECT_EQ(page_error({{"request_uri", uri}}), "invalid_request_uri") << uri;
  }
}

TEST_F(Authorize, ShowsAPageForAnotherClientsStoredRequest) {
  Browser signed_out(scenario);
  const auto asked = authorize(signed_out, client);
  const auto return_to = query_parameter(asked.headers.get("Location"), "return_to").value_or("");
  const auto request_uri = query_parameter(return_to, "request_uri").value_or("");
  const auto other = add_client(scenario);
  EXPECT_EQ(error_on_page(browser.get("/oauth/authorize?" + auth::oauth::form_encode({{"client_id", other.client_id},
                                                                                      {"request_uri", request_uri}}))),
            "invalid_request_uri");
  // Nor with a secret that was guessed.
  auto guessed = return_to;
  guessed.back() = guessed.back() == 'A' ? 'E' : 'A';
  EXPECT_EQ(error_on_page(browser.get(guessed)), "invalid_request_uri");
  EXPECT_EQ(browser.get(return_to).status, 303);
}

TEST_F(Authorize, ShowsAPageForParametersThatStandTwiceOrAreBroken) {
  const auto query = auth::oauth::form_encode(authorization_request(client));
  for (const auto* more : {"&state=evil", "&client_id=evil", "&redirect_uri=https://evil.example/", "&scope=evil",
                           "&evil=%zz", "&evil=%00", "&evil=%ff"}) {
    EXPECT_EQ(error_on_page(browser.get("/oauth/authorize?" + query + more)), "invalid_request") << more;
  }
  http::Request json{.method = http::Method::post, .target = "/oauth/authorize", .body = "{}"};
  json.headers.add("Content-Type", "application/json");
  EXPECT_EQ(error_on_page(browser.send(json)), "invalid_request");
}

TEST_F(Authorize, SaysInTheLogWhyAPageWasShownWithoutTheRequestsSecrets) {
  page_error({{"redirect_uri", "https://evil.example/"}});
  EXPECT_NE(scenario.log_text().find("invalid_redirect_uri"), std::string::npos);
  EXPECT_NE(scenario.log_text().find(client.client_id), std::string::npos);
  EXPECT_EQ(scenario.log_text().find("n-0S6_WzA2Mj"), std::string::npos);
}

TEST_F(Authorize, SaysInTheLogWhichAddressCameAndWhichAreRegistered) {
  page_error({{"redirect_uri", "https://evil.example/\n" + std::string(1000, 'x')}});
  const auto log = scenario.log_text();
  EXPECT_NE(log.find("\"redirect_uri\":\"https://evil.example/ xxx"), std::string::npos) << log;
  EXPECT_EQ(log.find(std::string(600, 'x')), std::string::npos);
  EXPECT_NE(log.find("\"registered\":\"https://site.example/callback"), std::string::npos) << log;
}

TEST_F(Authorize, SendsABrowserWhoseSessionHasEndedToSignIn) {
  const auto token = scenario.login("ada@example.com").text("access_token");
  EXPECT_EQ(scenario.del("/auth/sessions", token).status, 204);
  EXPECT_TRUE(authorize(browser, client).headers.get("Location").starts_with("/login?"));
}

// RFC 8252 §8.6: whoever has the port or the scheme gets the code, so each time a person is asked.
TEST_F(Authorize, AsksEachTimeForAProgramThatCannotProveItself) {
  auto app = test_client("A command line");
  app.token_endpoint_auth_method = "none";
  app.first_party = true;
  app.redirect_uris = {"http://127.0.0.1/callback", "http://[::1]/callback", "com.example.app:/callback",
                       "http://localhost/callback", "https://app.example/callback"};
  const auto added = add_client(scenario, app);
  for (const auto* uri :
       {"http://127.0.0.1:49152/callback", "http://[::1]:49152/callback", "com.example.app:/callback"}) {
    const auto asked = authorize(browser, added, {{"redirect_uri", uri}});
    EXPECT_TRUE(asked.headers.get("Location").starts_with("/consent?")) << uri;
    const auto silent = authorize(browser, added, {{"redirect_uri", uri}, {"prompt", "none"}});
    EXPECT_EQ(query_parameter(silent.headers.get("Location"), "error"), "consent_required") << uri;
  }
  // `localhost` by name is where sites are developed.
  for (const auto* uri : {"https://app.example/callback", "http://localhost:49152/callback"}) {
    for (const auto* prompt : {"", "none"}) {
      const auto proven = authorize(browser, added, {{"redirect_uri", uri}, {"prompt", prompt}});
      EXPECT_TRUE(query_parameter(proven.headers.get("Location"), "code")) << uri;
    }
  }
}

}  // namespace
}  // namespace voyages::tests
