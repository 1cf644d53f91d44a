#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

const boost::json::object inactive{{"active", false}};

TEST(Introspection, TellsAClientOfItsAccessToken) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto token = provider.sign_in(client).text("access_token");
  const auto answer = provider.introspect(client, token);
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
  const auto claims = jwt_claims(provider.scenario, token);
  for (const auto* name : {"iss", "sub", "client_id", "scope", "exp", "jti", "sid"}) {
    EXPECT_EQ(answer.body.at(name), claims.at(name)) << name;
  }
  EXPECT_TRUE(answer.body.at("active").as_bool());
  EXPECT_EQ(answer.text("token_type"), "Bearer");
  EXPECT_EQ(answer.body.at("aud"), boost::json::array{claims.at("aud")});
}

TEST(Introspection, TellsAClientOfItsRefreshToken) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto token = provider.sign_in(client).text("refresh_token");
  const auto answer = provider.introspect(client, token);
  EXPECT_TRUE(answer.body.at("active").as_bool());
  EXPECT_EQ(answer.text("sub"), provider.user_id);
  EXPECT_EQ(answer.text("scope"), "openid profile email");
  EXPECT_EQ(answer.body.at("exp").as_int64(), to_epoch_s(provider.scenario.clock().now() + std::chrono::days(30)));
  const auto next = provider.refresh(client, token).text("refresh_token");
  EXPECT_EQ(provider.introspect(client, token).body, inactive);  // it was used
  EXPECT_TRUE(provider.is_active(client, next));
}

TEST(Introspection, TellsTheResourceThatATokenIsFor) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto api = provider.add_api("https://api.example");
  const auto answer = provider.sign_in_at(client, "https://api.example");
  EXPECT_EQ(provider.introspect(api, answer.text("access_token")).text("client_id"), client.client_id);
  EXPECT_EQ(provider.introspect(api, answer.text("refresh_token")).body, inactive);
  EXPECT_EQ(provider.introspect(api, provider.sign_in(client).text("access_token")).body, inactive);
}

TEST(Introspection, TellsNothingOfOthersTokens) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto stranger = add_site(provider.scenario);
  const auto answer = provider.sign_in(client);
  EXPECT_EQ(provider.introspect(stranger, answer.text("access_token")).body, inactive);
  EXPECT_EQ(provider.introspect(stranger, answer.text("refresh_token")).body, inactive);
  const auto own = provider.scenario.login(ada);
  EXPECT_EQ(provider.introspect(stranger, own.text("access_token")).body, inactive);
  EXPECT_EQ(provider.introspect(stranger, own.text("refresh_token")).body, inactive);
  EXPECT_EQ(provider.introspect(client, answer.text("id_token")).body, inactive);
  EXPECT_EQ(provider.introspect(client, "nonsense").body, inactive);
}

TEST(Introspection, SaysInactiveOnceTheTokenTheSessionOrItsClientHasEnded) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto api = provider.add_api("https://api.example");
  const auto kept = provider.sign_in_at(client, "https://api.example");
  auto disabled = client;
  disabled.disabled_at = provider.scenario.clock().now();
  EXPECT_TRUE(provider.is_active(api, kept.text("access_token")));
  add_client(provider.scenario, disabled);
  EXPECT_FALSE(provider.is_active(api, kept.text("access_token")));
  add_client(provider.scenario, client);
  EXPECT_EQ(provider.browser.call(http::Method::post, "/auth/logout").status, 204);
  EXPECT_FALSE(provider.is_active(client, kept.text("access_token")));
  EXPECT_FALSE(provider.is_active(client, kept.text("refresh_token")));
  provider.browser.sign_in(ada);
  provider.session_id = provider.browser.jar.at("voyages_session").substr(37, 36);
  const auto late = provider.sign_in(client).text("access_token");
  EXPECT_TRUE(provider.is_active(client, late));
  provider.scenario.clock().advance(15min);
  EXPECT_FALSE(provider.is_active(client, late));
}

TEST(Introspection, TellsTheKeyThatATokenIsBoundTo) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const ProofKey key(provider.scenario);
  const auto token = provider.redeem(client, provider.give_code(client), {}, key.for_token()).text("access_token");
  const auto answer = provider.introspect(client, token);
  EXPECT_EQ(answer.text("token_type"), "DPoP");
  EXPECT_EQ(answer.body.at("cnf").at("jkt").as_string(), key.thumbprint());
}

TEST(Introspection, IsForClientsThatProveThemselves) {
  Provider provider;
  const auto app = add_app(provider.scenario);
  const auto token = provider.sign_in(app).text("access_token");
  EXPECT_EQ(refusal(provider.introspect(app, token)), "403 unauthorized_client");
  http::Request request{.method = http::Method::post, .target = "/oauth/introspect"};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = "token=" + token;
  EXPECT_EQ(refusal(provider.scenario.send(request)), "401 invalid_client");
}

TEST(Introspection, NeedsAToken) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  EXPECT_EQ(refusal(call_as(provider.scenario, client, "/oauth/introspect", {})), "400 invalid_request");
}

}  // namespace
}  // namespace voyages::tests
