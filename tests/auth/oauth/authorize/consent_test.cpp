#include "auth/oauth/authorize/consent.h"

#include "auth/oauth/authorize/ask_consent.h"
#include "auth/oauth/scope.h"
#include "auth/session.h"
#include "tests/auth/oauth/provider.h"
#include "tests/auth/oauth/racing_table.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

// A client that is not the operator's own.
class Consent : public ::testing::Test {
 protected:
  Consent() {
    scenario.register_user("ada@example.com");
    scenario.register_user("bob@example.com");
    browser.sign_in("ada@example.com");
  }

  static TestClient make(Scenario& scenario) {
    auto client = test_client("Sailing club");
    client.client_uri = "https://site.example/";
    client.first_party = false;
    client.id_token_signed_response_alg = "EdDSA";  // an RSA key takes a second to make
    return add_client(scenario, std::move(client));
  }
  // The request that the consent page is asked about; empty when there was no need for it.
  std::string asked(const Parameters& changes = {}) {
    const auto response = authorize(browser, client, changes);
    const auto location = response.headers.get("Location");
    return location.starts_with("/consent?") ? query_parameter(location, "request_uri").value_or("") : "";
  }
  Answer decide(Browser& in, std::string_view request_uri, bool allow) {
    return in.post("/oauth/consent", {{"client_id", client.client_id}, {"request_uri", request_uri}, {"allow", allow}});
  }
  Answer show(Browser& in, std::string_view request_uri, std::string path = "/oauth/consent?") {
    return in.call(http::Method::get, path + auth::oauth::form_encode({{"client_id", client.client_id},
                                                                       {"request_uri", std::string(request_uri)}}));
  }
  std::string location_after(const Answer& decided) {
    return std::string(browser.get(decided.text("continue_to")).headers.get("Location"));
  }
  // Allows while something else happens: the refusal, or nothing.
  std::string allow_while(std::string_view request_uri, const std::function<void()>& meanwhile) {
    RacingTable table(scenario.table(), meanwhile);
    auto auth = over(table, scenario.app().get<auth::Auth>());
    const auto& cookie = browser.jar.at("voyages_session");
    http::Context context{.now = scenario.clock().now()};
    context.caller = std::make_shared<const http::Principal>(
        http::Principal{.user_id = cookie.substr(0, 36), .session_id = cookie.substr(37, 36)});
    const auto decided = auth::oauth::decide_consent(auth,
                                                     {.client_id = http::Uuid::parse(client.client_id).value(),
                                                      .request_uri = http::Text<1, 200>::parse(request_uri).value(),
                                                      .allow = true},
                                                     context);
    return decided ? "" : std::string(decided.error().code);
  }
  // Asks and allows.
  std::string code(const Parameters& changes = {}) {
    return query_parameter(location_after(decide(browser, asked(changes), true)), "code").value_or("");
  }

  Scenario scenario;
  Browser browser{scenario};
  TestClient client = make(scenario);
};

TEST_F(Consent, IsAskedForOnceAndRemembered) {
  EXPECT_NE(code(), "");
  EXPECT_TRUE(query_parameter(authorize(browser, client).headers.get("Location"), "code"));
  EXPECT_TRUE(query_parameter(authorize(browser, client, {{"scope", "openid email"}}).headers.get("Location"), "code"));
}

TEST_F(Consent, IsAskedForAgainWhenMoreIsWanted) {
  code({{"scope", "openid"}});
  for (const Parameters& more :
       std::vector<Parameters>{{{"scope", "openid email"}},
                               {{"scope", "openid offline_access"}},
                               {{"scope", "openid"}, {"resource", "https://api.example/"}},
                               {{"scope", "openid"}, {"claims", R"({"userinfo":{"email":null}})"}}}) {
    EXPECT_NE(asked(more), "") << more.back().second;
  }
  EXPECT_EQ(asked({{"scope", "openid"}}), "");
}

TEST_F(Consent, IsWidenedAndKeepsWhatWasAllowedBefore) {
  code({{"scope", "openid email"}, {"resource", "https://api.example/"}});
  code({{"scope", "openid profile"}, {"resource", "https://other.example/"}});
  EXPECT_EQ(asked({{"scope", "openid email profile"}, {"resource", "https://api.example/"}}), "");
}

TEST_F(Consent, WidenedBeyondItsBoundKeepsAsMuchAsItCan) {
  const auto names = [](std::string_view prefix) {
    std::string scope;
    for (int i = 0; i < 40; ++i) scope += (scope.empty() ? "" : " ") + std::string(prefix) + std::to_string(i);
    return scope;
  };
  std::optional<auth::oauth::Consent> consent;
  for (const auto* prefix : {"first", "second", "third"}) {
    const auto put = auth::oauth::remember("user", consent, client, names(prefix), {}, scenario.clock().now());
    consent = auth::oauth::to_consent(put.item);
    EXPECT_TRUE(covers(*consent, names(prefix), {}));
  }
  EXPECT_TRUE(covers(*consent, "second0 second23", {}));
  EXPECT_EQ(auth::oauth::parse_scope(consent->scope).value().size(), 64U);
}

TEST_F(Consent, OfTwoTabsAtOnceIsWidenedByBoth) {
  const auto email = asked({{"scope", "openid email"}});
  const auto profile = asked({{"scope", "openid profile"}});
  const auto roles = asked({{"scope", "openid roles"}});
  EXPECT_EQ(allow_while(email, [&] { EXPECT_EQ(decide(browser, profile, true).status, 200); }), "");
  EXPECT_EQ(asked({{"scope", "openid email profile"}}), "");
  // And when there was one before.
  const auto api = asked({{"scope", "openid"}, {"resource", "https://api.example/"}});
  EXPECT_EQ(allow_while(roles, [&] { EXPECT_EQ(decide(browser, api, true).status, 200); }), "");
  EXPECT_EQ(asked({{"scope", "openid email profile roles"}, {"resource", "https://api.example/"}}), "");
}

TEST_F(Consent, TakenBackWhileAnotherIsGivenStaysTakenBack) {
  code({{"scope", "openid email"}});
  const auto profile = asked({{"scope", "openid profile"}});
  EXPECT_EQ(allow_while(profile,
                        [&] {
                          const auto revoked = browser.call(http::Method::del, "/auth/consents/" + client.client_id);
                          EXPECT_EQ(revoked.status, 204);
                        }),
            "");
  EXPECT_EQ(asked({{"scope", "openid profile"}}), "");
  EXPECT_NE(asked({{"scope", "openid email"}}), "");
}

TEST_F(Consent, IsNotLeftBehindByAnAccountThatIsDeletedMeanwhile) {
  const auto request_uri = asked();
  EXPECT_NE(allow_while(request_uri, [&] { EXPECT_EQ(browser.call(http::Method::del, "/auth/me").status, 204); }), "");
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_EQ(rest.find("CONSENT#"), std::string::npos) << key;
}

TEST_F(Consent, IsAskedForAgainAtEveryPromptForIt) {
  code();
  EXPECT_NE(code({{"prompt", "consent"}}), "");
  EXPECT_NE(asked({{"prompt", "consent"}}), "");
}

TEST_F(Consent, ShowsWhoAsksForWhat) {
  code({{"scope", "openid email"}});
  const auto request_uri = asked({{"scope", "openid email roles"}, {"resource", "https://api.example/"}});
  const auto answer = show(browser, request_uri);
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.at("client"), (boost::json::object{{"client_id", client.client_id},
                                                           {"client_name", "Sailing club"},
                                                           {"client_uri", "https://site.example/"},
                                                           {"redirect_host", "site.example"},
                                                           {"registered_by_itself", false}}));
  EXPECT_EQ(answer.body.at("user").at("email"), "ada@example.com");
  EXPECT_EQ(answer.body.at("scopes"), (boost::json::array{{{"name", "openid"}, {"granted", true}},
                                                          {{"name", "email"}, {"granted", true}},
                                                          {{"name", "roles"}, {"granted", false}}}));
  EXPECT_EQ(answer.body.at("resources"), boost::json::array{"https://api.example/"});
}

TEST_F(Consent, SaysThatNobodyHasLookedAtAClientThatRegisteredItself) {
  client.registered_by_itself = true;
  add_client(scenario, client);
  const auto request_uri = asked({{"scope", "openid"}});
  EXPECT_EQ(show(browser, request_uri).body.at("client").at("registered_by_itself"), true);
  EXPECT_EQ(show(browser, request_uri, "/oauth/request?").body.at("registered_by_itself"), true);
}

TEST_F(Consent, ShowsTheSignInPageWhoSentTheBrowser) {
  Browser signed_out(scenario);
  const auto location = authorize(signed_out, client, {{"login_hint", "ada@example.com"}}).headers;
  const auto return_to = query_parameter(location.get("Location"), "return_to").value_or("");
  const auto request_uri = query_parameter(return_to, "request_uri").value_or("");
  const auto answer = show(signed_out, request_uri, "/oauth/request?");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, (boost::json::object{{"client_name", "Sailing club"},
                                              {"client_uri", "https://site.example/"},
                                              {"registered_by_itself", false},
                                              {"login_hint", "ada@example.com"}}));
  EXPECT_EQ(show(signed_out, "urn:ietf:params:oauth:request_uri:x", "/oauth/request?").code(), "unknown_request");
  EXPECT_EQ(show(signed_out, request_uri).status, 401);
}

TEST_F(Consent, IsToWhatWasShownHoweverTheClientWidensItselfMeanwhile) {
  const auto may_ask_for = [&](std::vector<std::string> scopes) {
    client.scopes = std::move(scopes);
    add_client(scenario, client);
  };
  const std::vector<std::string> little{"openid"};
  const std::vector<std::string> much{"openid", "profile", "email", "roles", "offline_access"};
  const Parameters greedy{{"scope", "openid profile email roles offline_access"}, {"prompt", "consent"}};
  const Parameters by_claims{{"scope", "openid"}, {"claims", R"({"userinfo":{"email":null}})"}, {"prompt", "consent"}};
  for (const auto& wish : {greedy, by_claims}) {
    may_ask_for(little);
    const auto before = asked(wish);
    const auto after = asked(wish);
    EXPECT_EQ(show(browser, before).body.at("scopes").as_array().size(), 1);
    const auto decided = decide(browser, after, true);
    may_ask_for(much);
    EXPECT_EQ(show(browser, before).code(), "unknown_request");
    EXPECT_EQ(decide(browser, before, true).code(), "unknown_request");
    EXPECT_EQ(query_parameter(location_after(decided), "error"), "invalid_scope");
    // Nor when it hides what it wants while the person looks.
    const auto wide = asked(wish);
    may_ask_for(little);
    EXPECT_EQ(show(browser, wide).code(), "unknown_request");
  }
  const auto sites = browser.call(http::Method::get, "/auth/consents").body.at("items").as_array();
  ASSERT_EQ(sites.size(), 1);
  EXPECT_EQ(sites[0].at("scopes"), boost::json::array{"openid"});
}

TEST_F(Consent, IsAskedForAgainWhenItWasTakenBackBeforeTheBrowserWentOn) {
  const auto decided = decide(browser, asked(), true);
  EXPECT_EQ(browser.call(http::Method::del, "/auth/consents/" + client.client_id).status, 204);
  EXPECT_TRUE(location_after(decided).starts_with("/consent?"));
}

TEST_F(Consent, OfOneSessionDoesNotCountInAnother) {
  const auto request_uri = asked({{"prompt", "consent"}});
  Browser bobs(scenario);
  bobs.sign_in("bob@example.com");
  const auto decided = decide(bobs, request_uri, true);
  ASSERT_EQ(decided.status, 200);
  // Bob allowed it for himself; Ada is still asked.
  EXPECT_TRUE(location_after(decided).starts_with("/consent?"));
  // Nor does Ada's own other browser decide for this one.
  Browser adas_other(scenario);
  adas_other.sign_in("ada@example.com");
  EXPECT_TRUE(location_after(decide(adas_other, request_uri, false)).starts_with("/consent?"));
  EXPECT_TRUE(query_parameter(location_after(decide(browser, request_uri, true)), "code"));
}

TEST_F(Consent, CannotBeGivenByAPageOfAnotherSite) {
  const auto request_uri = asked();
  http::Request request{.method = http::Method::post, .target = "/oauth/consent"};
  request.headers.add("Content-Type", "application/json");
  request.headers.add("Origin", "https://evil.example");
  request.body = boost::json::serialize(
      boost::json::object{{"client_id", client.client_id}, {"request_uri", request_uri}, {"allow", true}});
  EXPECT_EQ(browser.send(request).status, 403);
  request.headers.add("Sec-Fetch-Site", "cross-site");
  EXPECT_EQ(browser.send(request).status, 403);
  EXPECT_NE(asked(), "");
}

TEST_F(Consent, KnowsNoRequestThatIsUsedOrAnotherClients) {
  const auto request_uri = asked();
  auto other = test_client();
  other = add_client(scenario, other);
  EXPECT_EQ(
      browser.post("/oauth/consent", {{"client_id", other.client_id}, {"request_uri", request_uri}, {"allow", true}})
          .code(),
      "unknown_request");
  location_after(decide(browser, request_uri, true));
  EXPECT_EQ(decide(browser, request_uri, true).status, 404);
  EXPECT_EQ(show(browser, request_uri).code(), "unknown_request");
}

TEST_F(Consent, IsListedWithItsSite) {
  code({{"scope", "openid email"}});
  const auto sites = browser.call(http::Method::get, "/auth/consents").body.at("items").as_array();
  ASSERT_EQ(sites.size(), 1);
  EXPECT_EQ(sites[0].at("client_id"), boost::json::string_view(client.client_id));
  EXPECT_EQ(sites[0].at("client_name"), "Sailing club");
  EXPECT_EQ(sites[0].at("scopes"), (boost::json::array{"openid", "email"}));
  EXPECT_EQ(sites[0].at("granted_at"), boost::json::string_view(to_rfc3339(scenario.clock().now())));
  EXPECT_FALSE(sites[0].as_object().contains("last_used_at"));
  Browser bobs(scenario);
  bobs.sign_in("bob@example.com");
  EXPECT_TRUE(bobs.call(http::Method::get, "/auth/consents").body.at("items").as_array().empty());
}

TEST_F(Consent, GoesOnceItsClientIsGone) {
  const auto given = call_as(scenario, client, "/oauth/token", code_grant(client, code()));
  ASSERT_EQ(given.status, 200);
  const auto other = std::exchange(client, make(scenario));
  code();
  EXPECT_EQ(scenario.del("/admin/clients/" + other.client_id, scenario.owner_token()).status, 204);
  const auto sites = browser.call(http::Method::get, "/auth/consents").body.at("items").as_array();
  ASSERT_EQ(sites.size(), 1);
  EXPECT_EQ(sites[0].at("client_id"), boost::json::string_view(client.client_id));
  const auto user_id = browser.jar.at("voyages_session").substr(0, 36);
  EXPECT_FALSE(get(scenario.table(), auth::oauth::consent_key(user_id, other.client_id)));
  EXPECT_EQ(scenario.get("/oauth/userinfo", given.text("access_token")).status, 401);
}

TEST_F(Consent, OnceTakenBackEndsWhatTheClientHolds) {
  code();
  auto& auth = scenario.app().get<auth::Auth>();
  const auto user = auth::find_user_by_email(scenario.table(), Email::parse("ada@example.com").value());
  const http::Context context{.now = scenario.clock().now() + 1min};
  const auto session = auth::prepare_client_session(
      auth, *user,
      {.grant = {.client_id = client.client_id, .scope = "openid"}, .ends_at = scenario.clock().now() + 24h}, context);
  ASSERT_TRUE(scenario.table().write(session.writes));
  const auto site = browser.call(http::Method::get, "/auth/consents").body.at("items").at(0);
  EXPECT_EQ(site.at("last_used_at"), boost::json::string_view(to_rfc3339(context.now)));

  EXPECT_EQ(browser.call(http::Method::del, "/auth/consents/" + client.client_id).status, 204);
  EXPECT_FALSE(get(scenario.table(), auth::session_key(user->id, session.claims.session_id)));
  EXPECT_TRUE(get(scenario.table(), auth::blacklist_key(session.claims.session_id)));
  EXPECT_TRUE(browser.call(http::Method::get, "/auth/consents").body.at("items").as_array().empty());
  EXPECT_NE(asked(), "");
  // The browser itself stays signed in, and there is nothing more to take back.
  EXPECT_EQ(browser.call(http::Method::del, "/auth/consents/" + client.client_id).status, 204);
}

TEST_F(Consent, OnceTakenBackLetsNoCodeBeRedeemed) {
  const auto redeemed = [&](std::string_view code) {
    return call_as(scenario, client, "/oauth/token", code_grant(client, code)).status;
  };
  EXPECT_EQ(redeemed(code()), 200);
  const auto waiting = code_for(browser, client);
  EXPECT_EQ(browser.call(http::Method::del, "/auth/consents/" + client.client_id).status, 204);
  EXPECT_EQ(redeemed(waiting), 400);
}

TEST_F(Consent, IsNotNeededForASiteToBeListedAndSignedOut) {
  auto own = test_client();
  own.id_token_signed_response_alg = "EdDSA";
  own = add_client(scenario, std::move(own));
  ASSERT_TRUE(own.first_party);
  const auto began_at = scenario.clock().now();
  const auto redeemed = [&](std::string_view scope) {
    return call_as(scenario, own, "/oauth/token",
                   code_grant(own, code_for(browser, own, {{"scope", std::string(scope)}})));
  };
  const auto first = redeemed("openid email");
  ASSERT_EQ(first.status, 200);
  scenario.clock().advance(1h);
  ASSERT_EQ(redeemed("openid profile offline_access").status, 200);

  const auto sites = browser.call(http::Method::get, "/auth/consents").body.at("items").as_array();
  ASSERT_EQ(sites.size(), 1);
  EXPECT_EQ(sites[0].at("client_id"), boost::json::string_view(own.client_id));
  EXPECT_EQ(sites[0].at("client_name"), boost::json::string_view(own.client_name));
  EXPECT_EQ(sites[0].at("scopes"), (boost::json::array{"openid", "email", "profile", "offline_access"}));
  EXPECT_EQ(sites[0].at("granted_at"), boost::json::string_view(to_rfc3339(began_at)));
  EXPECT_EQ(sites[0].at("last_used_at"), boost::json::string_view(to_rfc3339(scenario.clock().now())));

  EXPECT_EQ(browser.call(http::Method::del, "/auth/consents/" + own.client_id).status, 204);
  EXPECT_EQ(call_as(scenario, own, "/oauth/token",
                    {{"grant_type", "refresh_token"}, {"refresh_token", first.text("refresh_token")}})
                .status,
            400);
  EXPECT_TRUE(browser.call(http::Method::get, "/auth/consents").body.at("items").as_array().empty());
}

// Whoever had the account before its owner took it by mail may have allowed a client of theirs everything.
TEST_F(Consent, IsTakenBackByANewPasswordThatCameByMail) {
  EXPECT_NE(code(), "");
  scenario.post("/auth/forgot-password", {{"email", "ada@example.com"}});
  const auto token = scenario.link_token("ada@example.com", "reset_password");
  ASSERT_EQ(scenario.post("/auth/reset-password", {{"token", token}, {"password", Scenario::password}}).status, 204);
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_EQ(rest.find("CONSENT#"), std::string::npos) << key;
  browser.sign_in("ada@example.com");
  EXPECT_EQ(
      query_parameter(authorize(browser, client, {{"prompt", "none"}}).headers.get("Location"), "error").value_or(""),
      "consent_required");
  EXPECT_NE(asked(), "");
}

TEST_F(Consent, GoesWithTheAccount) {
  code();
  EXPECT_EQ(browser.call(http::Method::del, "/auth/me").status, 204);
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_EQ(rest.find("CONSENT#"), std::string::npos) << key;
}

}  // namespace
}  // namespace voyages::tests
