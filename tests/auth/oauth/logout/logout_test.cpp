#include "auth/oauth/logout/logout.h"

#include <gtest/gtest.h>

#include "auth/session.h"
#include "tests/auth/oauth/provider.h"

namespace voyages::tests {
namespace {

namespace json = boost::json;

constexpr std::string_view bye = "https://site.example/bye?from=us";

struct RpLogout : testing::Test {
  Scenario scenario;
  TestClient client = [this] {
    auto made = test_client();
    made.id_token_signed_response_alg = "EdDSA";
    made.post_logout_redirect_uris = {std::string(bye)};
    return add_client(scenario, std::move(made));
  }();
  Browser browser{scenario};
  std::string user_id = [this] {
    const auto answer = scenario.register_user("ada@example.com");
    browser.sign_in("ada@example.com");
    return std::string(answer.body.at("user").at("id").as_string());
  }();

  std::string sid = client_session(browser);

  /// What the client holds by what the person allowed in this browser; its id.
  std::string client_session(const Browser& in, bool outlives = false) {
    auto& auth = scenario.app().get<auth::Auth>();
    const auto user = auth::find_user(scenario.table(), user_id).value();
    const auto begun = auth::prepare_client_session(auth, user,
                                                    {.grant = {.client_id = client.client_id, .scope = "openid"},
                                                     .parent_id = in.jar.at("voyages_session").substr(37, 36),
                                                     .outlives = outlives,
                                                     .ends_at = scenario.clock().now() + std::chrono::days(1)},
                                                    {.now = scenario.clock().now()});
    EXPECT_TRUE(scenario.table().write(begun.writes));
    return begun.claims.session_id;
  }
  /// An ID token as we sign them, with changes to its claims.
  std::string id_token(const json::object& changes = {}, std::string_view typ = "JWT") {
    const auto now = scenario.clock().now();
    json::object claims{{"iss", "http://localhost:8080"}, {"sub", user_id},         {"aud", client.client_id},
                        {"exp", to_epoch_s(now) + 900},   {"iat", to_epoch_s(now)}, {"sid", sid}};
    for (const auto& [name, value] : changes) claims[name] = value;
    const auto key = scenario.app().get<auth::Auth>().keys.for_id_tokens(crypto::Algorithm::EdDSA, now);
    return crypto::sign_jws(json::serialize(claims), key, typ);
  }
  /// What the client gets by a code in this browser.
  Answer tokens(Browser& in) {
    auto held = call_as(scenario, client, "/oauth/token", code_grant(client, code_for(in, client)));
    EXPECT_EQ(held.status, 200);
    return held;
  }
  /// The client gives its tokens back, as mod_auth_openidc does before it sends the browser here.
  Answer give_back(Answer held) {
    for (const auto* name : {"access_token", "refresh_token"}) {
      EXPECT_EQ(call_as(scenario, client, "/oauth/revoke", {{"token", held.text(name)}}).status, 200);
    }
    return held;
  }
  void expect_question(const std::string& id_token_hint) {
    const auto response = logout({{"id_token_hint", id_token_hint}, {"post_logout_redirect_uri", std::string(bye)}});
    EXPECT_EQ(response.status, 303);
    EXPECT_TRUE(response.headers.get("Location").starts_with("/sign-out?")) << response.headers.get("Location");
    EXPECT_TRUE(signed_in());
  }
  http::Response logout(const Parameters& parameters) {
    return browser.get("/oauth/logout?" + auth::oauth::form_encode(parameters));
  }
  bool signed_in() { return browser.call(http::Method::get, "/auth/me").status == 200; }
  void expect_page(const http::Response& response, std::string_view code) {
    EXPECT_EQ(response.status, 400);
    EXPECT_TRUE(response.headers.get("Location").empty());
    EXPECT_NE(response.content().find("data-error=\"" + std::string(code) + '"'), std::string::npos) << code;
    EXPECT_TRUE(signed_in());
  }
};

TEST_F(RpLogout, EndsTheSessionOfTheIdTokensUserAndGoesBack) {
  const auto response =
      logout({{"id_token_hint", id_token()}, {"post_logout_redirect_uri", std::string(bye)}, {"state", "a b&c"}});
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.headers.get("Location"), std::string(bye) + "&state=a%20b%26c");
  EXPECT_TRUE(browser.jar.empty());
  EXPECT_TRUE(auth::list_session_items(scenario.table(), user_id).empty());
}

TEST_F(RpLogout, EndsNothingForAHead) {
  const auto before = scenario.stored_items();
  const auto target = "/oauth/logout?" + auth::oauth::form_encode({{"id_token_hint", id_token()}});
  const auto head = browser.send({.method = http::Method::head, .target = target});
  EXPECT_EQ(head.status, 405);
  EXPECT_EQ(head.headers.get("Allow"), "GET, POST, OPTIONS");
  EXPECT_EQ(scenario.stored_items(), before);
  EXPECT_TRUE(signed_in());
}

TEST_F(RpLogout, ShowsItsOwnPageWhenTheClientNamesNone) {
  const auto response = logout({{"id_token_hint", id_token()}});
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.headers.get("Location"), "/signed-out");
  EXPECT_FALSE(signed_in());
}

TEST_F(RpLogout, EndsTheSessionsOfClientsThatHangOnIt) {
  const auto another = client_session(browser);
  (void)logout({{"id_token_hint", id_token()}});
  EXPECT_TRUE(auth::list_session_items(scenario.table(), user_id).empty());
  for (const auto& id : {sid, another}) EXPECT_TRUE(get(scenario.table(), auth::blacklist_key(id)));
}

TEST_F(RpLogout, TakesAnIdTokenOfASessionThatOutlivesTheBrowsers) {
  const auto offline = client_session(browser, true);
  EXPECT_EQ(logout({{"id_token_hint", id_token({{"sid", offline}})}}).headers.get("Location"), "/signed-out");
  EXPECT_FALSE(signed_in());
}

TEST_F(RpLogout, AsksWhenTheIdTokenIsOfAnotherBrowsersSessionOrOfNone) {
  Browser other(scenario);
  other.sign_in("ada@example.com");
  const json::value sids[] = {json::string(client_session(other)),
                              json::string(client_session(other, true)),
                              "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071",
                              "x",
                              "",
                              nullptr};
  for (const auto& value : sids) {
    const auto response = logout({{"id_token_hint", id_token({{"sid", value}})}});
    EXPECT_TRUE(response.headers.get("Location").starts_with("/sign-out")) << value;
    EXPECT_TRUE(signed_in()) << value;
  }
  EXPECT_EQ(other.call(http::Method::get, "/auth/me").status, 200);
}

TEST_F(RpLogout, TakesAnIdTokenThatHasExpired) {
  const auto token = id_token();
  scenario.clock().advance(std::chrono::hours(3));
  EXPECT_EQ(logout({{"id_token_hint", token}}).headers.get("Location"), "/signed-out");
}

TEST_F(RpLogout, TakesAnIdTokenWhoseSessionTheClientHasJustGivenBack) {
  const auto held = give_back(tokens(browser));
  const auto response =
      logout({{"id_token_hint", held.text("id_token")}, {"post_logout_redirect_uri", std::string(bye)}});
  EXPECT_EQ(response.headers.get("Location"), bye);
  EXPECT_FALSE(signed_in());
}

TEST_F(RpLogout, AsksWhenTheSessionThatWasGivenBackBeganInAnotherBrowser) {
  Browser other(scenario);
  other.sign_in("ada@example.com");
  expect_question(give_back(tokens(other)).text("id_token"));
  EXPECT_EQ(other.call(http::Method::get, "/auth/me").status, 200);
}

TEST_F(RpLogout, AsksWhenTheSessionThatWasGivenBackWasAnotherUsers) {
  scenario.register_user("bob@example.com");
  Browser other(scenario);
  other.sign_in("bob@example.com");
  const auto token = give_back(tokens(other)).text("id_token");
  expect_question(token);
  // Nor does it help to name the user who is signed in beside the session of another.
  const auto of_bob = json::parse(crypto::parse_jws(token)->payload).at("sid");
  expect_question(id_token({{"sid", of_bob}}));
}

TEST_F(RpLogout, AsksADayAfterTheSessionWasGivenBack) {
  const auto token = give_back(tokens(browser)).text("id_token");
  scenario.clock().advance(std::chrono::days(1) + std::chrono::seconds(2));
  expect_question(token);
}

TEST_F(RpLogout, AsksWithoutAnIdToken) {
  const auto response = logout({{"client_id", client.client_id},
                                {"post_logout_redirect_uri", std::string(bye)},
                                {"state", "xyz"},
                                {"ui_locales", "de"}});
  EXPECT_EQ(response.status, 303);
  const auto location = std::string(response.headers.get("Location"));
  EXPECT_TRUE(location.starts_with("/sign-out?"));
  EXPECT_EQ(query_parameter(location, "client_id"), client.client_id);
  EXPECT_EQ(query_parameter(location, "post_logout_redirect_uri"), bye);
  EXPECT_EQ(query_parameter(location, "state"), "xyz");
  EXPECT_EQ(query_parameter(location, "ui_locales"), "de");
  EXPECT_TRUE(signed_in());
  EXPECT_EQ(logout({}).headers.get("Location"), "/sign-out");
}

TEST_F(RpLogout, AsksWhenTheIdTokenIsAnotherPersons) {
  const auto other = scenario.register_user("bob@example.com").body.at("user").at("id");
  EXPECT_TRUE(logout({{"id_token_hint", id_token({{"sub", other}})}}).headers.get("Location").starts_with("/sign-out"));
  EXPECT_TRUE(signed_in());
}

TEST_F(RpLogout, BelievesNoTokenButAnIdTokenOfOurs) {
  const auto now = scenario.clock().now();
  const auto foreign = crypto::sign_jws(json::serialize(json::object{{"iss", "http://localhost:8080"},
                                                                     {"sub", user_id},
                                                                     {"aud", client.client_id},
                                                                     {"exp", to_epoch_s(now) + 900}}),
                                        crypto::Jwk::generate(crypto::Algorithm::EdDSA), "JWT");
  auto forged = id_token();
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  for (const auto& token : {foreign, forged, id_token({{"iss", "https://evil.example"}}), id_token({}, "at+jwt"),
                            id_token({}, "logout+jwt")}) {
    EXPECT_TRUE(logout({{"id_token_hint", token}}).headers.get("Location").starts_with("/sign-out"));
    EXPECT_TRUE(signed_in());
  }
  expect_page(logout({{"id_token_hint", "garbage"}}), "invalid_request");
}

TEST_F(RpLogout, NeverLeadsWhereTheClientDidNotRegister) {
  const std::string elsewhere[] = {"https://evil.example/",
                                   "https://site.example/bye",
                                   "https://site.example/bye?from=us&x=1",
                                   "https://site.example/bye?from=us#x",
                                   "https://site.example.evil.example/bye?from=us",
                                   "https://SITE.example/bye?from=us",
                                   "//evil.example/",
                                   "/signed-out",
                                   "javascript:alert(1)",
                                   "https://site.example/callback"};
  for (const auto& uri : elsewhere) {
    expect_page(logout({{"id_token_hint", id_token()}, {"post_logout_redirect_uri", uri}}), "invalid_redirect_uri");
    expect_page(logout({{"client_id", client.client_id}, {"post_logout_redirect_uri", uri}}), "invalid_redirect_uri");
    const auto confirmed =
        browser.post("/oauth/logout/confirm", {{"client_id", client.client_id}, {"post_logout_redirect_uri", uri}});
    EXPECT_EQ(confirmed.status, 400);
    EXPECT_EQ(confirmed.code(), "invalid_redirect_uri");
    EXPECT_TRUE(signed_in());
  }
}

TEST_F(RpLogout, NeverLeadsToOneClientByTheNameOfAnother) {
  const auto other = add_client(scenario);
  expect_page(logout({{"client_id", other.client_id}, {"post_logout_redirect_uri", std::string(bye)}}),
              "invalid_redirect_uri");
  expect_page(logout({{"id_token_hint", id_token()},
                      {"client_id", other.client_id},
                      {"post_logout_redirect_uri", std::string(bye)}}),
              "invalid_request");
}

TEST_F(RpLogout, LeadsNowhereForAClientThatIsNotKnown) {
  const auto uri = std::pair<std::string, std::string>("post_logout_redirect_uri", bye);
  expect_page(logout({uri}), "unknown_client");
  expect_page(logout({{"client_id", "nobody"}, uri}), "unknown_client");
  auto disabled = client;
  disabled.disabled_at = scenario.clock().now();
  add_client(scenario, disabled);
  expect_page(logout({{"id_token_hint", id_token()}, uri}), "unknown_client");
}

TEST_F(RpLogout, RefusesAnOversizedStateAndParametersThatStandTwice) {
  expect_page(logout({{"id_token_hint", id_token()},
                      {"post_logout_redirect_uri", std::string(bye)},
                      {"state", std::string(4097, 's')}}),
              "invalid_request");
  expect_page(logout({{"client_id", client.client_id}, {"client_id", client.client_id}}), "invalid_request");
}

TEST_F(RpLogout, ComesAgainWithTheCookieWhenAFormWasPosted) {
  const Parameters parameters{{"id_token_hint", id_token()}, {"post_logout_redirect_uri", std::string(bye)}};
  Browser without_cookie(scenario);  // what SameSite=Lax makes of a form of another site
  const auto response = without_cookie.submit("/oauth/logout", parameters);
  EXPECT_EQ(response.status, 303);
  EXPECT_TRUE(signed_in());
  EXPECT_EQ(browser.get(std::string(response.headers.get("Location"))).headers.get("Location"), bye);
  EXPECT_FALSE(signed_in());
}

TEST_F(RpLogout, ActsAtOnceOnAFormThatTheCookieCameWith) {
  const auto response =
      browser.submit("/oauth/logout", {{"id_token_hint", id_token()}, {"post_logout_redirect_uri", std::string(bye)}});
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.headers.get("Location"), bye);
  EXPECT_FALSE(signed_in());
}

TEST_F(RpLogout, MakesNoAddressOfAFormThatIsTooLongForOne) {
  Browser without_cookie(scenario);
  const auto post = [&](std::size_t bytes) {
    return without_cookie.submit("/oauth/logout", {{"id_token_hint", id_token()}, {"x", std::string(bytes, 'x')}});
  };
  expect_page(post(6 * 1024), "invalid_request");
  EXPECT_EQ(post(5 * 1024).status, 303);
}

TEST_F(RpLogout, AsksBeforeItLeadsToAClientThatRegisteredItself) {
  auto app = client;
  app.client_id.clear();
  app.registered_by_itself = true;
  app = add_client(scenario, app);
  const auto uri = std::pair<std::string, std::string>("post_logout_redirect_uri", bye);
  const auto token = id_token({{"aud", json::string(app.client_id)}});
  Browser nobody(scenario);
  const auto logout_of_nobody = [&](const Parameters& parameters) {
    return nobody.get("/oauth/logout?" + auth::oauth::form_encode(parameters));
  };
  for (const auto& proof :
       {std::pair<std::string, std::string>("client_id", app.client_id), {"id_token_hint", token}}) {
    const auto response = logout_of_nobody({proof, uri});
    EXPECT_TRUE(response.headers.get("Location").starts_with("/sign-out?")) << proof.first;
    EXPECT_EQ(query_parameter(response.headers.get("Location"), "client_id"), app.client_id);
  }
  EXPECT_EQ(logout_of_nobody({{"client_id", app.client_id}}).headers.get("Location"), "/signed-out");
  // Whom it signed in here, it may sign out.
  EXPECT_EQ(logout({{"id_token_hint", token}, uri}).headers.get("Location"), bye);
}

TEST_F(RpLogout, GoesOnWhenNobodyIsSignedInAnyMore) {
  Browser other(scenario);
  const auto response =
      other.get("/oauth/logout?" + auth::oauth::form_encode({{"client_id", client.client_id},
                                                             {"post_logout_redirect_uri", std::string(bye)}}));
  EXPECT_EQ(response.headers.get("Location"), bye);
  EXPECT_TRUE(signed_in());
}

TEST_F(RpLogout, AnswersNoCorsAndCannotBeFramed) {
  http::Request request{.method = http::Method::get, .target = "/oauth/logout"};
  request.headers.add("Origin", "https://evil.example");
  const auto response = browser.send(std::move(request));
  EXPECT_TRUE(response.headers.get("Access-Control-Allow-Origin").empty());
  EXPECT_EQ(response.headers.get("X-Frame-Options"), "DENY");
}

TEST_F(RpLogout, EndsTheSessionOnceThePersonSaysSo) {
  const auto answer = browser.post(
      "/oauth/logout/confirm", {{"client_id", client.client_id}, {"post_logout_redirect_uri", bye}, {"state", "xyz"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("continue_to"), std::string(bye) + "&state=xyz");
  EXPECT_TRUE(browser.jar.empty());
  EXPECT_TRUE(auth::list_session_items(scenario.table(), user_id).empty());
  // Again, signed out.
  EXPECT_EQ(browser.post("/oauth/logout/confirm", {}).text("continue_to"), "/signed-out");
}

TEST_F(RpLogout, IsNotConfirmedByAPageOfAnotherSite) {
  for (const auto* site : {"cross-site", "same-site", "none"}) {
    http::Request request{.method = http::Method::post, .target = "/oauth/logout/confirm", .body = "{}"};
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Sec-Fetch-Site", site);
    EXPECT_EQ(browser.send(std::move(request)).status, 403) << site;
    EXPECT_TRUE(signed_in());
  }
}

}  // namespace
}  // namespace voyages::tests
