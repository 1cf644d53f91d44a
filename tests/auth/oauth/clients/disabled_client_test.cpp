#include <gtest/gtest.h>

#include "auth/oauth/authorize/authorization_code.h"
#include "auth/oauth/clients/manage_clients.h"
#include "tests/auth/oauth/provider.h"

namespace voyages::tests {
namespace {

/// A client that holds tokens of a user.
struct HoldingClient : testing::Test {
  Scenario scenario;
  TestClient client = [this] {
    auto made = test_client();
    made.id_token_signed_response_alg = "EdDSA";
    return add_client(scenario, std::move(made));
  }();
  Answer tokens = [this] {
    scenario.register_user("ada@example.com");
    Browser browser(scenario);
    browser.sign_in("ada@example.com");
    const auto& cookie = browser.jar.at("voyages_session");
    const auto now = scenario.clock().now();
    const auto code = auth::oauth::new_code({.client_id = client.client_id,
                                             .user_id = cookie.substr(0, 36),
                                             .session_id = cookie.substr(37, 36),
                                             .session_ends_at = now + std::chrono::days(1),
                                             .redirect_uri = client.redirect_uris.at(0),
                                             .code_challenge = challenge_of(test_verifier),
                                             .scope = "openid",
                                             .auth_time = now,
                                             .amr = {"pwd"}},
                                            now);
    const store::Write put = code.put;
    EXPECT_TRUE(scenario.table().write({&put, 1}));
    return call_as(scenario, client, "/oauth/token", code_grant(client, code.text.expose()));
  }();

  int status_with(std::string_view secret) {
    http::Request request{.method = http::Method::post, .target = "/oauth/token"};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.headers.add("Authorization", "Basic " + to_base64(client.client_id + ':' + std::string(secret)));
    request.body =
        auth::oauth::form_encode({{"grant_type", "refresh_token"}, {"refresh_token", tokens.text("refresh_token")}});
    return scenario.send(request).status;
  }
  int userinfo() { return scenario.get("/oauth/userinfo", tokens.text("access_token")).status; }
  Answer refresh() {
    return call_as(scenario, client, "/oauth/token",
                   {{"grant_type", "refresh_token"}, {"refresh_token", tokens.text("refresh_token")}});
  }
  bool is_active_for_another() {
    // Somebody who may look at the token, and is not locked out.
    auto other = test_client();
    other.resources = {"http://localhost:8080"};
    return call_as(scenario, add_client(scenario, std::move(other)), "/oauth/introspect",
                   {{"token", tokens.text("access_token")}})
        .body.at("active")
        .as_bool();
  }
};

TEST_F(HoldingClient, GetsNothingWhileItIsDisabledAndAllAgainAfterwards) {
  ASSERT_EQ(tokens.status, 200);
  EXPECT_EQ(userinfo(), 200);
  EXPECT_TRUE(is_active_for_another());
  const auto now = scenario.clock().now();
  EXPECT_TRUE(auth::oauth::change_client(scenario.table(), client.client_id, {}, true, now));
  EXPECT_EQ(userinfo(), 401);
  EXPECT_FALSE(is_active_for_another());
  EXPECT_EQ(refresh().text("error"), "invalid_client");
  EXPECT_TRUE(auth::oauth::change_client(scenario.table(), client.client_id, {}, false, now));
  EXPECT_EQ(userinfo(), 200);
  EXPECT_EQ(refresh().status, 200);
}

TEST_F(HoldingClient, HoldsNothingOnceItIsDeleted) {
  ASSERT_EQ(tokens.status, 200);
  EXPECT_TRUE(auth::oauth::remove_client(scenario.table(), client.client_id));
  EXPECT_EQ(userinfo(), 401);
  EXPECT_FALSE(is_active_for_another());
  EXPECT_EQ(refresh().text("error"), "invalid_client");
}

TEST_F(HoldingClient, StaysSignedInWithANewSecretAndNotWithTheOldOne) {
  ASSERT_EQ(tokens.status, 200);
  const auto renewed = auth::oauth::renew_secret(scenario.table(), client.client_id, scenario.clock().now());
  ASSERT_TRUE(renewed);
  EXPECT_EQ(userinfo(), 200);
  const auto refused = refresh();  // with the old secret
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.text("error"), "invalid_client");
  EXPECT_EQ(status_with(renewed->secret.expose()), 200);
}

}  // namespace
}  // namespace voyages::tests
