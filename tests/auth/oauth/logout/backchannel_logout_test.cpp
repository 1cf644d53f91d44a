#include "auth/oauth/logout/backchannel_logout.h"

#include <gtest/gtest.h>

#include "auth/logout_notice.h"
#include "auth/session.h"
#include "auth/session_end.h"
#include "tests/auth/oauth/logout/relying_party.h"
#include "tests/auth/oauth/provider.h"

namespace voyages::tests {
namespace {

namespace json = boost::json;
using auth::oauth::Client;

struct BackchannelLogout : testing::Test {
  Scenario scenario;
  std::string user_id = std::string(scenario.register_user("ada@example.com").body.at("user").at("id").as_string());
  Browser browser{scenario};

  TestClient client_of(const RelyingParty& party, std::string_view algorithm = "EdDSA") {
    return client_at(party.uri(), algorithm);
  }
  TestClient client_at(std::string uri, std::string_view algorithm = "EdDSA") {
    auto client = test_client();
    client.backchannel_logout_uri = std::move(uri);
    client.id_token_signed_response_alg = algorithm;
    return add_client(scenario, std::move(client));
  }
  std::string refresh_token;  // of the last session that a client was given

  std::string browser_session() {
    const auto& value = browser.jar.at("voyages_session");
    const auto dot = value.find('.');
    return value.substr(dot + 1, value.find('.', dot + 1) - dot - 1);
  }
  /// A session that the client holds, as the token endpoint makes it; its id.
  std::string client_session(const TestClient& client, const std::string& parent_id = {}, bool notified = true,
                             bool outlives = false) {
    auto& auth = scenario.app().get<auth::Auth>();
    const auto user = auth::find_user(scenario.table(), user_id).value();
    const auto begun = auth::prepare_client_session(auth, user,
                                                    {.grant = {.client_id = client.client_id, .scope = "openid"},
                                                     .parent_id = parent_id,
                                                     .outlives = outlives,
                                                     .ends_at = scenario.clock().now() + std::chrono::days(1),
                                                     .notified = notified},
                                                    {.now = scenario.clock().now()});
    EXPECT_TRUE(scenario.table().write(begun.writes));
    refresh_token = begun.refresh_token.expose();
    return begun.claims.session_id;
  }
  void end(const std::string& session_id, auth::EndReason reason = auth::EndReason::revoked) {
    EXPECT_TRUE(auth::end_sessions(scenario.app().get<auth::Auth>(), user_id, auth::with_children(session_id), reason,
                                   {}, scenario.clock().now()));
  }
  bool is_pending(const std::string& session_id) {
    return get(scenario.table(), {"LOGOUT#" + session_id, "PENDING"}).has_value();
  }
};

/// The form's one parameter.
std::string token_of(const std::string& request) {
  const auto form = auth::oauth::Form::parse(request.substr(request.find("\r\n\r\n") + 4)).value();
  return std::string(form.get("logout_token"));
}

std::string sid_of(const std::string& request) {
  const auto jws = crypto::parse_jws(token_of(request)).value();
  return std::string(json::parse(jws.payload).at("sid").as_string());
}

TEST_F(BackchannelLogout, TellsTheClientByASignedTokenWhoIsGone) {
  RelyingParty party;
  const auto client = client_of(party, "RS256");
  const auto sid = client_session(client);
  end(sid);
  scenario.run_queue();
  const auto requests = party.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_TRUE(requests[0].starts_with("POST /logout?x=1 HTTP/1.1\r\n"));
  EXPECT_NE(requests[0].find("Content-Type: application/x-www-form-urlencoded\r\n"), std::string::npos);

  const auto token = token_of(requests[0]);
  const auto jws = crypto::parse_jws(token).value();
  EXPECT_EQ(jws.text("typ"), "logout+jwt");
  EXPECT_EQ(jws.text("alg"), "RS256");
  const auto key = scenario.app().get<auth::Auth>().keys.find(jws.text("kid"), scenario.clock().now()).value();
  ASSERT_TRUE(crypto::verify_jws(token, key));
  const auto claims = json::parse(jws.payload).as_object();
  EXPECT_EQ(claims.at("iss"), "http://localhost:8080");
  EXPECT_EQ(claims.at("sub"), json::value(user_id));
  EXPECT_EQ(claims.at("aud"), json::value(client.client_id));
  EXPECT_EQ(claims.at("sid"), json::value(sid));
  EXPECT_EQ(claims.at("iat"), to_epoch_s(scenario.clock().now()));
  EXPECT_EQ(claims.at("exp"), to_epoch_s(scenario.clock().now()) + 120);
  EXPECT_EQ(claims.at("events"), json::parse(R"({"http://schemas.openid.net/event/backchannel-logout":{}})"));
  EXPECT_TRUE(claims.contains("jti"));
  EXPECT_FALSE(claims.contains("nonce"));  // §2.4: prohibited
  EXPECT_FALSE(is_pending(sid));
}

TEST_F(BackchannelLogout, SignsByTheAlgorithmOfTheClient) {
  RelyingParty party;
  end(client_session(client_of(party, "ES256")));
  scenario.run_queue();
  EXPECT_EQ(crypto::parse_jws(token_of(party.requests().at(0)))->text("alg"), "ES256");
}

TEST_F(BackchannelLogout, FollowsEveryWayInWhichASessionEnds) {
  RelyingParty party;
  const auto client = client_of(party);
  const auto owner = scenario.owner_token();
  const std::pair<std::string_view, std::function<void()>> ways[] = {
      {"sign-out", [&] { EXPECT_EQ(browser.call(http::Method::post, "/auth/logout").status, 204); }},
      {"ended from the list",
       [&] { EXPECT_EQ(browser.call(http::Method::del, "/auth/sessions/" + browser_session()).status, 204); }},
      {"ended from elsewhere",
       [&] {
         const auto token = scenario.login("ada@example.com").text("access_token");
         EXPECT_EQ(scenario.del("/auth/sessions", token).status, 204);
       }},
      {"a new password",
       [&] {
         const auto token = scenario.login("ada@example.com").text("access_token");
         EXPECT_EQ(scenario
                       .post("/auth/change-password",
                             {{"current_password", Scenario::password}, {"new_password", Scenario::password}}, token)
                       .status,
                   204);
       }},
      {"ended by an administrator",
       [&] { EXPECT_EQ(scenario.post("/admin/users/" + user_id + "/end-sessions", {}, owner).status, 204); }},
      {"disabled",
       [&] {
         EXPECT_EQ(scenario.patch("/admin/users/" + user_id, {{"disabled", true}}, owner).status, 200);
         EXPECT_EQ(scenario.patch("/admin/users/" + user_id, {{"disabled", false}}, owner).status, 200);
       }},
      {"a forgotten password",
       [&] {
         EXPECT_EQ(scenario.post("/auth/forgot-password", {{"email", "ada@example.com"}}).status, 202);
         const auto token = scenario.link_token("ada@example.com", "reset_password");
         EXPECT_EQ(scenario.post("/auth/reset-password", {{"token", token}, {"password", Scenario::password}}).status,
                   204);
       }},
      {"a refresh token used twice",
       [&] {
         const Parameters again{{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}};
         EXPECT_EQ(call_as(scenario, client, "/oauth/token", again).status, 200);
         scenario.clock().advance(std::chrono::minutes(1));
         EXPECT_EQ(call_as(scenario, client, "/oauth/token", again).status, 400);
       }},
      {"a consent taken back",
       [&] { EXPECT_EQ(browser.call(http::Method::del, "/auth/consents/" + client.client_id).status, 204); }},
      {"deleted", [&] { EXPECT_EQ(browser.call(http::Method::del, "/auth/me").status, 204); }},
  };
  std::size_t told = 0;
  for (const auto& [name, act] : ways) {
    scenario.clock().advance(std::chrono::minutes(2));
    browser.sign_in("ada@example.com");
    const auto sid = client_session(client, browser_session());
    act();
    scenario.run_queue();
    const auto requests = party.requests();
    ASSERT_EQ(requests.size(), ++told) << name;
    EXPECT_EQ(sid_of(requests.back()), sid) << name;
  }
}

TEST_F(BackchannelLogout, TellsOfTheSignOutWhereASessionOutlivesIt) {
  RelyingParty party;
  const auto client = client_of(party);
  browser.sign_in("ada@example.com");
  const auto offline = client_session(client, browser_session(), true, true);
  EXPECT_EQ(browser.call(http::Method::post, "/auth/logout").status, 204);
  scenario.run_queue();
  ASSERT_EQ(party.requests().size(), 1U);
  EXPECT_EQ(sid_of(party.requests()[0]), offline);
  // §2.7: what was allowed offline is not revoked.
  EXPECT_TRUE(get(scenario.table(), auth::session_key(user_id, offline)));
  EXPECT_FALSE(get(scenario.table(), auth::blacklist_key(offline)));
  // Its own end is told as well.
  end(offline);
  scenario.run_queue();
  EXPECT_EQ(party.requests().size(), 2U);
}

TEST_F(BackchannelLogout, SaysNothingWhenTheEndIsRefused) {
  RelyingParty party;
  browser.sign_in("ada@example.com");
  const auto offline = client_session(client_of(party), browser_session(), true, true);
  const store::Write refused = store::Check{auth::user_key(user_id), {store::item_absent()}};
  const auto ended =
      auth::end_sessions(scenario.app().get<auth::Auth>(), user_id, auth::with_children(browser_session()),
                         auth::EndReason::password_change, {&refused, 1}, scenario.clock().now());
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().index, 0U);
  EXPECT_FALSE(is_pending(offline));
  EXPECT_EQ(browser.call(http::Method::get, "/auth/me").status, 200);
}

TEST_F(BackchannelLogout, TellsOfMoreSessionsThatOutliveASignOutThanATransactionHolds) {
  RelyingParty party;
  // Of two clients, since of one a worker may by chance end those beyond a hundred.
  const TestClient clients[] = {client_of(party), client_of(party)};
  browser.sign_in("ada@example.com");
  for (int i = 0; i < 110; ++i) client_session(clients[i % 2], browser_session(), true, true);
  EXPECT_EQ(browser.call(http::Method::post, "/auth/logout").status, 204);
  scenario.run_queue();
  EXPECT_EQ(party.requests().size(), 110U);
  EXPECT_EQ(auth::list_session_items(scenario.table(), user_id).size(), 110U);
}

TEST_F(BackchannelLogout, SaysNothingOfAnotherBrowsersSignOut) {
  RelyingParty party;
  const auto client = client_of(party);
  browser.sign_in("ada@example.com");
  client_session(client, browser_session(), true, true);
  client_session(client, browser_session());
  Browser other(scenario);
  other.sign_in("ada@example.com");
  EXPECT_EQ(other.call(http::Method::post, "/auth/logout").status, 204);
  scenario.run_queue();
  EXPECT_TRUE(party.requests().empty());
}

TEST_F(BackchannelLogout, SaysNothingOfSessionsWhoseClientDidNotAsk) {
  RelyingParty party;
  end(client_session(client_of(party), {}, false));
  scenario.run_queue();
  EXPECT_TRUE(party.requests().empty());
}

TEST_F(BackchannelLogout, TriesAgainAfterTheClientWasDown) {
  RelyingParty party({"503 Service Unavailable", "400 Bad Request"});
  const auto sid = client_session(client_of(party));
  end(sid);
  for (int failures = 0; failures < 2; ++failures) {
    EXPECT_THROW(scenario.run_queue(), std::runtime_error);
    EXPECT_TRUE(is_pending(sid));
    scenario.clock().advance(std::chrono::seconds(61));
  }
  scenario.run_queue();
  const auto requests = party.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_FALSE(is_pending(sid));
  const auto jti = [](const std::string& request) {
    return json::parse(crypto::parse_jws(token_of(request))->payload).at("jti");
  };
  EXPECT_NE(jti(requests[0]), jti(requests[2]));  // a client may refuse one that it has seen
}

TEST_F(BackchannelLogout, TriesAgainWhenNobodyListens) {
  std::string uri;
  {
    const RelyingParty gone;
    uri = gone.uri();
  }
  const auto sid = client_session(client_at(uri));
  end(sid);
  EXPECT_THROW(scenario.run_queue(), http::client::TransferFailed);
  EXPECT_TRUE(is_pending(sid));
}

TEST_F(BackchannelLogout, TellsNoServerOutsideThePublicInternetThatNobodyAllowed) {
  const auto sid = client_session(client_at("https://169.254.169.254/logout"));
  end(sid);
  try {
    scenario.run_queue();
    ADD_FAILURE() << "it was told";
  } catch (const http::client::TransferFailed& error) {
    EXPECT_FALSE(error.may_have_arrived());
    EXPECT_TRUE(std::string_view(error.what()).contains("the setting outgoing_allow can allow it")) << error.what();
  }
  EXPECT_TRUE(is_pending(sid));
}

TEST_F(BackchannelLogout, TakesA204ForAnAnswer) {
  RelyingParty party({"204 No Content"});
  const auto sid = client_session(client_of(party));
  end(sid);
  scenario.run_queue();
  EXPECT_EQ(party.requests().size(), 1U);
  EXPECT_FALSE(is_pending(sid));
}

TEST_F(BackchannelLogout, TriesAgainAfterFiveSecondsInWhichTheClientSaidNothing) {
  ScriptedServer silent([](ServerSide& side, unsigned) {
    while (!side.receive().empty()) {
    }
  });
  const auto sid = client_session(client_at("http://127.0.0.1:" + std::to_string(silent.port()) + "/logout"));
  end(sid);
  const auto started = std::chrono::steady_clock::now();
  EXPECT_THROW(scenario.run_queue(), http::client::TransferFailed);
  const auto waited = std::chrono::steady_clock::now() - started;
  EXPECT_GE(waited, std::chrono::milliseconds(4900));
  EXPECT_LT(waited, std::chrono::seconds(10));
  EXPECT_TRUE(is_pending(sid));
}

TEST_F(BackchannelLogout, TellsWhatAKillLeftUnqueued) {
  RelyingParty party;
  const auto sid = client_session(client_of(party));
  // As far as a process came that was killed before it queued anything.
  const auto session = get(scenario.table(), auth::session_key(user_id, sid)).value();
  EXPECT_TRUE(scenario.table().write(auth::end_session(scenario.app().get<auth::Auth>(), auth::to_ref(session),
                                                       auth::EndReason::logout, scenario.clock().now())));
  scenario.app().tick();
  scenario.run_queue();
  EXPECT_TRUE(party.requests().empty());  // it may yet be on its way
  scenario.clock().advance(std::chrono::minutes(3));
  scenario.app().tick();
  scenario.app().tick();  // another process' tick, at the same time
  scenario.run_queue();
  EXPECT_EQ(party.requests().size(), 1U);
  EXPECT_FALSE(is_pending(sid));
}

TEST_F(BackchannelLogout, LeavesWhatTheQueueGaveUpAlone) {
  RelyingParty party({"503 Service Unavailable"});
  end(client_session(client_of(party)));
  EXPECT_THROW(scenario.run_queue(), std::runtime_error);
  const auto delivery = [&] {
    scenario.clock().advance(std::chrono::seconds(61));
    return scenario.queue().receive({}, 1, std::chrono::seconds(60)).at(0);
  }();
  EXPECT_TRUE(scenario.queue().acknowledge(delivery.receipt));  // gone, as after the last attempt
  scenario.clock().advance(std::chrono::hours(3));
  scenario.app().tick();
  scenario.run_queue();
  EXPECT_EQ(party.requests().size(), 1U);
}

TEST_F(BackchannelLogout, TellsOnceWhenTheWorkIsDeliveredTwice) {
  RelyingParty party;
  const auto sid = client_session(client_of(party));
  end(sid);
  auth::queue_logout_notice(scenario.app().get<auth::Auth>(), sid);
  scenario.run_queue();
  EXPECT_EQ(party.requests().size(), 1U);
}

TEST_F(BackchannelLogout, FollowsNoRedirect) {
  RelyingParty other;
  RelyingParty party({"302 Found\r\nLocation: " + other.uri()});
  end(client_session(client_of(party)));
  EXPECT_THROW(scenario.run_queue(), std::runtime_error);
  EXPECT_TRUE(other.requests().empty());
}

TEST_F(BackchannelLogout, IsForgottenWithItsClient) {
  RelyingParty party;
  const auto client = client_of(party);
  const auto sid = client_session(client);
  EXPECT_EQ(scenario.del("/admin/clients/" + client.client_id, scenario.owner_token()).status, 204);
  end(sid);
  scenario.run_queue();
  EXPECT_TRUE(party.requests().empty());
  EXPECT_FALSE(is_pending(sid));
}

TEST_F(BackchannelLogout, EndsMoreSessionsThanATransactionHolds) {
  RelyingParty party;
  const auto client = client_of(party);
  for (int i = 0; i < 30; ++i) client_session(client);
  EXPECT_TRUE(auth::end_sessions(scenario.app().get<auth::Auth>(), user_id, auth::held_by(client.client_id),
                                 auth::EndReason::revoked, {}, scenario.clock().now()));
  EXPECT_TRUE(auth::list_session_items(scenario.table(), user_id).empty());
  scenario.run_queue();
  EXPECT_EQ(party.requests().size(), 30U);
}

}  // namespace
}  // namespace voyages::tests
