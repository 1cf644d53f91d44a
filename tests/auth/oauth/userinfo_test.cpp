#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

std::string challenge_of(const Answer& answer) {
  EXPECT_EQ(answer.headers.count("WWW-Authenticate"), 2U);
  return std::string(answer.headers.get("WWW-Authenticate"));
}

TEST(Userinfo, TellsWhatTheScopeOpens) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto owner = provider.scenario.owner_token();
  provider.scenario.patch("/admin/users/" + provider.user_id, {{"roles", boost::json::array{"editor"}}}, owner);
  const auto about = [&](std::string_view scope) {
    return provider.userinfo(provider.sign_in(client, scope).text("access_token")).body.as_object();
  };
  EXPECT_EQ(about("openid"), (boost::json::object{{"sub", provider.user_id}}));
  EXPECT_EQ(about("openid email"),
            (boost::json::object{{"sub", provider.user_id}, {"email", ada}, {"email_verified", false}}));
  EXPECT_EQ(about("openid roles"), (boost::json::object{{"sub", provider.user_id},
                                                        {"roles", boost::json::array{"editor"}},
                                                        {"groups", boost::json::array{"editor"}}}));
  const auto updated_at = to_epoch_s(provider.scenario.clock().now());
  EXPECT_EQ(about("openid profile"), (boost::json::object{{"sub", provider.user_id}, {"updated_at", updated_at}}));
  EXPECT_EQ(provider.browser.call(http::Method::patch, "/auth/me", boost::json::object{{"name", "Ada"}}).status, 200);
  EXPECT_EQ(text_of(about("openid profile"), "name"), "Ada");
}

TEST(Userinfo, AnswersPostToo) {
  Provider provider;
  const auto token = provider.sign_in(add_site(provider.scenario)).text("access_token");
  http::Request request{.method = http::Method::post, .target = "/oauth/userinfo"};
  request.headers.add("Authorization", "bearer " + token);
  EXPECT_EQ(provider.scenario.send(request).text("sub"), provider.user_id);
}

TEST(Userinfo, TakesATokenInAFormOrInTheFieldAndNotInBoth) {
  Provider provider;
  const auto token = provider.sign_in(add_site(provider.scenario)).text("access_token");
  http::Request request{.method = http::Method::post,
                        .target = "/oauth/userinfo",
                        .body = auth::oauth::form_encode({{"access_token", token}})};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  EXPECT_EQ(provider.scenario.send(request).text("sub"), provider.user_id);
  auto both = request;
  both.headers.add("Authorization", "Bearer " + token);
  EXPECT_EQ(refusal(provider.scenario.send(both)), "400 invalid_request");
  request.body = "access_token=" + token + "&access_token=" + token;
  EXPECT_EQ(refusal(provider.scenario.send(request)), "400 invalid_request");
  request.body = "access_token=nonsense";
  EXPECT_EQ(refusal(provider.scenario.send(request)), "401 invalid_token");
  request.body = "";
  EXPECT_EQ(provider.scenario.send(request).status, 401);
}

TEST(Userinfo, ChallengesWhoComesWithoutAToken) {
  Provider provider;
  const auto answer = provider.scenario.get("/oauth/userinfo");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(challenge_of(answer), R"(Bearer realm="voyages", scope="openid")");  // RFC 6750 §3: and no error
  http::Headers twice;
  const auto token = provider.sign_in(add_site(provider.scenario)).text("access_token");
  twice.add("Authorization", "Bearer " + token);
  twice.add("Authorization", "Bearer " + token);
  EXPECT_EQ(userinfo_with(provider.scenario, twice).status, 401);
  http::Headers basic;
  basic.add("Authorization", "Basic " + token);
  EXPECT_EQ(userinfo_with(provider.scenario, basic).status, 401);
  // RFC 6750 §2.3: a token in an address ends up in logs.
  EXPECT_EQ(provider.scenario.get("/oauth/userinfo?access_token=" + token).status, 401);
}

TEST(Userinfo, RefusesTokensThatAreNoneOrHaveExpired) {
  Provider provider;
  const auto answer = provider.sign_in(add_site(provider.scenario));
  for (const auto& token : {std::string("nonsense"), answer.text("id_token"), answer.text("refresh_token")}) {
    const auto refused = provider.userinfo(token);
    EXPECT_EQ(refusal(refused), "401 invalid_token");
    EXPECT_NE(challenge_of(refused).find(R"(error="invalid_token")"), std::string::npos);
  }
  provider.scenario.clock().advance(15min);
  EXPECT_EQ(refusal(provider.userinfo(answer.text("access_token"))), "401 invalid_token");
}

TEST(Userinfo, NeedsTheScopeOpenid) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto refused = provider.userinfo(provider.sign_in(client, "email").text("access_token"));
  EXPECT_EQ(refusal(refused), "403 insufficient_scope");
  EXPECT_NE(challenge_of(refused).find(R"(scope="openid", error="insufficient_scope")"), std::string::npos);
  // A user's own token is no client's.
  EXPECT_EQ(provider.userinfo(provider.scenario.login(ada).text("access_token")).status, 403);
}

TEST(Userinfo, RefusesATokenForOtherResourcesAlone) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto allowed = provider.allowed(client);
  allowed.resources = {"https://api.example"};
  allowed.scope = "email";
  EXPECT_EQ(refusal(provider.userinfo(provider.redeem(client, provider.give(allowed)).text("access_token"))),
            "401 invalid_token");
}

TEST(Userinfo, RefusesTokensOfSessionsUsersAndClientsThatHaveEnded) {
  Provider provider;
  auto client = add_site(provider.scenario);
  const auto token = provider.sign_in(client).text("access_token");
  client.disabled_at = provider.scenario.clock().now();
  add_client(provider.scenario, client);
  EXPECT_EQ(refusal(provider.userinfo(token)), "401 invalid_token");
  client.disabled_at.reset();
  add_client(provider.scenario, client);
  EXPECT_EQ(provider.userinfo(token).status, 200);
  const store::Write removal = store::Delete{auth::oauth::client_key(client.client_id)};
  ASSERT_TRUE(provider.scenario.table().write({&removal, 1}));
  EXPECT_EQ(refusal(provider.userinfo(token)), "401 invalid_token");
  add_client(provider.scenario, client);
  const auto owner = provider.scenario.owner_token();
  provider.scenario.patch("/admin/users/" + provider.user_id, {{"disabled", true}}, owner);
  EXPECT_EQ(refusal(provider.userinfo(token)), "401 invalid_token");
}

TEST(Userinfo, IsReadByPagesOfEverySite) {
  Provider provider;
  http::Headers headers;
  headers.add("Authorization", "Bearer " + provider.sign_in(add_site(provider.scenario)).text("access_token"));
  headers.add("Origin", "https://app.example");
  EXPECT_EQ(userinfo_with(provider.scenario, headers).headers.get("Access-Control-Allow-Origin"), "*");
}

}  // namespace
}  // namespace voyages::tests
