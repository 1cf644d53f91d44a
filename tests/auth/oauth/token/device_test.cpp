#include "auth/oauth/token/device.h"

#include <algorithm>
#include <array>
#include <thread>

#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

struct DeviceFlow : Provider {
  using Provider::Provider;

  Answer begin(const TestClient& client, const Parameters& parameters = {{"scope", "openid email"}}) {
    return call_as(scenario, client, "/oauth/device_authorization", parameters);
  }
  Answer poll(const TestClient& client, std::string_view device_code) {
    return token(client, {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                          {"device_code", std::string(device_code)}});
  }
  Answer look(const std::string& user_code) {
    return browser.call(http::Method::get, "/oauth/device/request?user_code=" + user_code);
  }
  Answer decide(std::string_view user_code, bool allow) {
    return browser.post("/oauth/device/decision", {{"user_code", user_code}, {"allow", allow}});
  }
};

TEST(DeviceFlow, ShowsACodeToTheDevice) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  const auto begun = flow.begin(client);
  ASSERT_EQ(begun.status, 200);
  const auto user_code = begun.text("user_code");
  ASSERT_EQ(user_code.size(), 9U);
  EXPECT_EQ(user_code[4], '-');
  EXPECT_EQ(user_code.find_first_not_of("BCDFGHJKLMNPQRSTVWXZ-"), std::string::npos);
  const auto page = flow.scenario.app().get<auth::Auth>().options.public_url + "/device";
  EXPECT_EQ(begun.text("verification_uri"), page);
  EXPECT_EQ(begun.text("verification_uri_complete"), page + "?user_code=" + user_code);
  EXPECT_EQ(begun.body.at("expires_in").as_int64(), 600);
  EXPECT_EQ(begun.body.at("interval").as_int64(), 5);
  EXPECT_EQ(begun.headers.get("Cache-Control"), "no-store");
}

TEST(DeviceFlow, GivesTokensOnceThePersonHasAllowedIt) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  const auto begun = flow.begin(client, {{"scope", "openid email"}, {"resource", "https://api.example"}});
  const auto device_code = begun.text("device_code");
  const auto asked = flow.look(begun.text("user_code"));
  ASSERT_EQ(asked.status, 200);
  EXPECT_EQ(asked.body.at("client").at("client_id").as_string(), client.client_id);
  EXPECT_EQ(asked.body.at("client").at("client_name").as_string(), client.client_name);
  EXPECT_EQ(asked.text("user_code"), begun.text("user_code"));
  EXPECT_EQ(asked.body.at("scopes"), (boost::json::array{"openid", "email"}));
  EXPECT_EQ(asked.body.at("resources"), boost::json::array{"https://api.example"});
  EXPECT_EQ(refusal(flow.poll(client, device_code)), "400 authorization_pending");
  const auto signed_in_at = to_epoch_s(flow.scenario.clock().now());
  flow.scenario.clock().advance(5s);
  EXPECT_EQ(flow.decide(begun.text("user_code"), true).status, 204);
  const auto answer = flow.poll(client, device_code);
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("scope"), "openid email");
  EXPECT_EQ(flow.userinfo(answer.text("access_token")).text("email"), ada);
  const auto claims = jwt_claims(flow.scenario, answer.text("id_token"));
  EXPECT_EQ(text_of(claims, "sub"), flow.user_id);
  EXPECT_EQ(claims.at("auth_time").as_int64(), signed_in_at);
  EXPECT_EQ(claims.at("amr"), boost::json::array{"pwd"});
  EXPECT_FALSE(claims.contains("nonce"));
  EXPECT_EQ(flow.refresh(client, answer.text("refresh_token")).status, 200);
  EXPECT_EQ(refusal(flow.poll(client, device_code)), "400 invalid_grant");  // it works once
}

TEST(DeviceFlow, SaysAccessDeniedWhenThePersonRefuses) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  const auto begun = flow.begin(client);
  EXPECT_EQ(flow.decide(begun.text("user_code"), false).status, 204);
  EXPECT_EQ(refusal(flow.poll(client, begun.text("device_code"))), "400 access_denied");
  EXPECT_EQ(flow.decide(begun.text("user_code"), true).code(), "unknown_user_code");  // decided is decided
  EXPECT_EQ(refusal(flow.poll(client, begun.text("device_code"))), "400 access_denied");
}

TEST(DeviceFlow, AsksThePersonForClientsOfTheOperatorsOwnToo) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  ASSERT_TRUE(client.first_party);
  const auto begun = flow.begin(client);
  EXPECT_EQ(flow.look(begun.text("user_code")).status, 200);
  EXPECT_EQ(refusal(flow.poll(client, begun.text("device_code"))), "400 authorization_pending");
}

TEST(DeviceFlow, IsAConsentThatIsListedAndTakenBack) {
  DeviceFlow flow;
  auto client = test_site();
  client.first_party = false;
  client = add_client(flow.scenario, client);
  const auto refused = flow.begin(client);
  EXPECT_EQ(flow.decide(refused.text("user_code"), false).status, 204);
  EXPECT_TRUE(flow.browser.call(http::Method::get, "/auth/consents").body.at("items").as_array().empty());

  const auto begun = flow.begin(client, {{"scope", "openid email offline_access"}});
  EXPECT_EQ(flow.decide(begun.text("user_code"), true).status, 204);
  const auto sites = flow.browser.call(http::Method::get, "/auth/consents").body.at("items").as_array();
  ASSERT_EQ(sites.size(), 1U);
  EXPECT_EQ(sites[0].at("client_id").as_string(), client.client_id);
  EXPECT_EQ(sites[0].at("scopes"), (boost::json::array{"openid", "email", "offline_access"}));

  const auto taken_back = flow.begin(client);
  EXPECT_EQ(flow.decide(taken_back.text("user_code"), true).status, 204);
  const auto given = flow.poll(client, begun.text("device_code"));
  ASSERT_EQ(given.status, 200);
  EXPECT_EQ(flow.browser.call(http::Method::del, "/auth/consents/" + client.client_id).status, 204);
  EXPECT_EQ(refusal(flow.refresh(client, given.text("refresh_token"))), "400 invalid_grant");
  EXPECT_EQ(flow.userinfo(given.text("access_token")).status, 401);
  EXPECT_EQ(refusal(flow.poll(client, taken_back.text("device_code"))), "400 invalid_grant");
}

TEST(DeviceFlow, GivesNothingThatWasTakenBackSinceItWasAllowed) {
  DeviceFlow flow;
  auto others = test_site();
  others.first_party = false;
  for (const auto& client : {add_site(flow.scenario), add_client(flow.scenario, others)}) {
    const auto before = flow.begin(client);
    const auto after = flow.begin(client);
    EXPECT_EQ(flow.decide(before.text("user_code"), true).status, 204);
    EXPECT_EQ(flow.browser.call(http::Method::del, "/auth/consents/" + client.client_id).status, 204);
    flow.scenario.clock().advance(1ms);
    EXPECT_EQ(flow.decide(after.text("user_code"), true).status, 204);
    EXPECT_EQ(refusal(flow.poll(client, before.text("device_code"))), "400 invalid_grant");
    EXPECT_EQ(flow.poll(client, after.text("device_code")).status, 200);
  }
}

TEST(DeviceFlow, SlowsDownWhoPollsTooFast) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  const auto device_code = flow.begin(client).text("device_code");
  EXPECT_EQ(refusal(flow.poll(client, device_code)), "400 authorization_pending");
  flow.scenario.clock().advance(4s);
  EXPECT_EQ(refusal(flow.poll(client, device_code)), "400 slow_down");  // ten seconds from now on
  flow.scenario.clock().advance(9s);
  EXPECT_EQ(refusal(flow.poll(client, device_code)), "400 slow_down");  // fifteen
  flow.scenario.clock().advance(15s);
  EXPECT_EQ(refusal(flow.poll(client, device_code)), "400 authorization_pending");
}

TEST(DeviceFlow, SaysExpiredTokenAfterTenMinutes) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  const auto begun = flow.begin(client);
  const auto late = flow.begin(client);
  EXPECT_EQ(flow.decide(late.text("user_code"), true).status, 204);
  flow.scenario.clock().advance(10min);
  EXPECT_EQ(refusal(flow.poll(client, begun.text("device_code"))), "400 expired_token");
  EXPECT_EQ(refusal(flow.poll(client, late.text("device_code"))), "400 expired_token");
  EXPECT_EQ(flow.decide(begun.text("user_code"), true).code(), "unknown_user_code");
  flow.scenario.clock().advance(10min);
  EXPECT_EQ(refusal(flow.poll(client, begun.text("device_code"))), "400 invalid_grant");
}

TEST(DeviceFlow, RefusesAnotherClientsDeviceCodeAndLeavesItAlone) {
  DeviceFlow flow;
  const auto owner = add_app(flow.scenario);
  const auto thief = add_app(flow.scenario);
  const auto begun = flow.begin(owner);
  EXPECT_EQ(flow.decide(begun.text("user_code"), true).status, 204);
  EXPECT_EQ(refusal(flow.poll(thief, begun.text("device_code"))), "400 invalid_grant");
  EXPECT_EQ(flow.poll(owner, begun.text("device_code")).status, 200);
}

TEST(DeviceFlow, RefusesClientsThatMayNotUseIt) {
  DeviceFlow flow;
  auto client = test_site();
  client.grant_types = {"authorization_code"};
  client = add_client(flow.scenario, client);
  EXPECT_EQ(refusal(flow.begin(client)), "400 unauthorized_client");
}

TEST(DeviceFlow, TellsTheScopeThatWasGrantedOfOneThatItDoesNotKnow) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  const auto begun = flow.begin(client, {{"scope", "nothing:of:ours"}});
  EXPECT_EQ(flow.decide(begun.text("user_code"), true).status, 204);
  EXPECT_EQ(flow.poll(client, begun.text("device_code")).text("scope"), "openid");
}

TEST(DeviceFlow, RefusesScopesAndResourcesThatAreNone) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  EXPECT_EQ(refusal(flow.begin(client, {{"scope", "no\"scope"}})), "400 invalid_scope");
  EXPECT_EQ(refusal(flow.begin(client, {{"resource", "file:///etc/passwd"}})), "400 invalid_target");
}

TEST(DeviceFlow, SaysThatNobodyHasLookedAtAClientThatRegisteredItself) {
  DeviceFlow flow;
  for (const bool by_itself : {false, true}) {
    auto client = test_client();
    client.registered_by_itself = by_itself;
    const auto begun = flow.begin(add_client(flow.scenario, client));
    const auto shown =
        flow.browser.call(http::Method::get, "/oauth/device/request?user_code=" + begun.text("user_code"));
    EXPECT_EQ(shown.body.at("client").at("registered_by_itself"), by_itself);
  }
}

TEST(DeviceFlow, NeedsASignedInPersonOnAPageOfOurs) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  const auto begun = flow.begin(client);
  const boost::json::object decision{{"user_code", begun.text("user_code")}, {"allow", true}};
  EXPECT_EQ(flow.scenario.post("/oauth/device/decision", decision).status, 401);
  EXPECT_EQ(flow.scenario.get("/oauth/device/request?user_code=" + begun.text("user_code")).status, 401);
  http::Request from_elsewhere{.method = http::Method::post, .target = "/oauth/device/decision"};
  from_elsewhere.headers.add("Content-Type", "application/json");
  from_elsewhere.headers.add("Sec-Fetch-Site", "cross-site");
  from_elsewhere.body = boost::json::serialize(decision);
  EXPECT_EQ(flow.browser.send(from_elsewhere).status, 403);
  EXPECT_EQ(refusal(flow.poll(client, begun.text("device_code"))), "400 authorization_pending");
  // A client cannot let a device in with its user's token.
  const auto token = flow.sign_in(client).text("access_token");
  EXPECT_EQ(flow.scenario.post("/oauth/device/decision", decision, token).status, 403);
}

TEST(DeviceFlow, LetsASessionWithoutACookieDecide) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  const auto begun = flow.begin(client);
  const auto token = flow.scenario.login(ada).text("access_token");
  EXPECT_EQ(
      flow.scenario.post("/oauth/device/decision", {{"user_code", begun.text("user_code")}, {"allow", true}}, token)
          .status,
      204);
  const auto answer = flow.poll(client, begun.text("device_code"));
  ASSERT_EQ(answer.status, 200);
  const auto claims = jwt_claims(flow.scenario, answer.text("id_token"));
  EXPECT_EQ(claims.at("auth_time").as_int64(), to_epoch_s(flow.scenario.clock().now()));
  EXPECT_EQ(text_of(claims, "acr"), "pwd");
}

TEST(DeviceFlow, EndsWithTheSessionThatAllowedItUnlessOffline) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  const auto begun = flow.begin(client);
  const auto offline = flow.begin(client, {{"scope", "openid offline_access"}});
  const auto waiting = flow.begin(client);
  for (const auto& each : {begun, offline, waiting}) EXPECT_EQ(flow.decide(each.text("user_code"), true).status, 204);
  const auto first = flow.poll(client, begun.text("device_code"));
  const auto second = flow.poll(client, offline.text("device_code"));
  EXPECT_EQ(flow.browser.call(http::Method::post, "/auth/logout").status, 204);
  EXPECT_EQ(flow.userinfo(first.text("access_token")).status, 401);
  EXPECT_EQ(flow.userinfo(second.text("access_token")).status, 200);
  EXPECT_EQ(refusal(flow.poll(client, waiting.text("device_code"))), "400 invalid_grant");
}

TEST(DeviceFlow, TakesACodeAsPeopleTypeIt) {
  EXPECT_EQ(auth::oauth::read_user_code(" wdjb mjht "), "WDJBMJHT");
  EXPECT_EQ(auth::oauth::read_user_code("WDJB-MJHT"), "WDJBMJHT");
  EXPECT_EQ(auth::oauth::show_user_code("WDJBMJHT"), "WDJB-MJHT");
  for (const auto* typed : {"", "WDJB-MJH", "WDJB-MJHTX", "WDJB-MJHA", "WDJB-MJH1", "WDJB/MJHT", "WDJB-MJH\u00d6"}) {
    EXPECT_EQ(auth::oauth::read_user_code(typed), std::nullopt) << typed;
  }
}

TEST(DeviceFlow, LetsAnAccountLookUpOnlySoManyCodesAnHour) {
  DeviceFlow flow;
  const auto client = add_app(flow.scenario);
  for (int guess = 0; guess < 29; ++guess) EXPECT_EQ(flow.look("BBBB-BBBB").code(), "unknown_user_code");
  // Nobody resets the count with a code of their own.
  EXPECT_EQ(flow.look(flow.begin(client).text("user_code")).status, 200);
  flow.scenario.clock().advance(59min);
  const auto begun = flow.begin(client);
  const auto locked = flow.look(begun.text("user_code"));  // the right one, too
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(locked.code(), "too_many_attempts");
  EXPECT_EQ(locked.headers.get("Retry-After"), "60");
  EXPECT_EQ(flow.decide(begun.text("user_code"), true).status, 429);
  flow.scenario.clock().advance(1min);
  EXPECT_EQ(flow.decide(begun.text("user_code"), true).status, 204);
}

TEST(DeviceFlow, CountsGuessesThatAreMadeAtOnce) {
  DeviceFlow flow;
  std::array<int, 40> statuses{};
  {
    std::vector<std::jthread> threads;
    for (auto& status : statuses) threads.emplace_back([&] { status = flow.look("BBBB-BBBB").status; });
  }
  EXPECT_EQ(std::ranges::count(statuses, 404), 30);
}

TEST(DeviceFlow, CountsGuessesByNetworkWhoeverMakesThem) {
  DeviceFlow flow;
  for (int user = 0; user < 20; ++user) {
    const auto email = "guesser" + std::to_string(user) + "@example.com";
    EXPECT_EQ(flow.scenario.register_user(email).status, 201);
    Browser guesser(flow.scenario);
    guesser.sign_in(email);
    for (int guess = 0; guess < 30; ++guess) {
      guesser.call(http::Method::get, "/oauth/device/request?user_code=BBBB-BBBB");
    }
  }
  EXPECT_EQ(flow.look("BBBB-BBBB").status, 429);
  flow.scenario.client_ip = "203.0.113.8";
  EXPECT_EQ(flow.look("BBBB-BBBB").status, 404);
}

TEST(DeviceFlow, GivesOneNetworkOnlySoManyCodesAnHour) {
  auto config = Scenario::test_config();
  config.of<auth::AuthOptions>().sign_up_limit = 3;
  DeviceFlow flow(config);
  const auto client = add_app(flow.scenario);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(flow.begin(client).status, 200);
  const auto refused = flow.begin(client);
  EXPECT_EQ(refusal(refused), "429 slow_down");
  EXPECT_EQ(refused.headers.get("Retry-After"), "3600");
  flow.scenario.client_ip = "203.0.113.8";
  EXPECT_EQ(flow.begin(client).status, 200);
}

}  // namespace
}  // namespace voyages::tests
