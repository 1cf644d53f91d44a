#include "auth/browser_session.h"

#include <gmock/gmock.h>

#include "auth/refresh.h"
#include "auth/session.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Fields = std::vector<std::pair<std::string, std::string>>;

/// What a browser sends with a request that one of our own pages makes.
Fields from_our_page(const std::string& cookie) {
  return {{"Cookie", cookie}, {"Origin", "http://localhost:8080"}, {"Sec-Fetch-Site", "same-origin"}};
}

Answer send(Scenario& scenario, http::Method method, std::string target, const Fields& fields,
            std::optional<boost::json::object> body = std::nullopt) {
  http::Request request{.method = method, .target = std::move(target), .peer_ip = scenario.client_ip};
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  if (body) {
    request.headers.add("Content-Type", "application/json");
    request.body = boost::json::serialize(*body);
  }
  return scenario.send(request);
}

/// `name=value` of the one cookie that an answer sets.
std::string cookie_of(const Answer& answer) {
  const auto field = std::string(answer.headers.get("Set-Cookie"));
  return field.substr(0, field.find(';'));
}

std::string sign_in(Scenario& scenario) {
  const auto answer = scenario.post("/auth/session", {{"email", ada}, {"password", Scenario::password}});
  EXPECT_EQ(answer.status, 200);
  return cookie_of(answer);
}

std::optional<auth::BrowserSession> find(Scenario& scenario, const std::string& cookie) {
  http::Headers headers;
  headers.add("Cookie", cookie);
  return auth::find_browser_session(scenario.app().get<auth::Auth>(), headers);
}

TEST(BrowserSession, IsKeptInACookieThatNoScriptReads) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto answer = scenario.post("/auth/session", {{"email", ada}, {"password", Scenario::password}});
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.at("user").at("email").as_string(), ada);
  EXPECT_FALSE(answer.body.as_object().contains("access_token"));
  const auto field = std::string(answer.headers.get("Set-Cookie"));
  EXPECT_THAT(field, StartsWith("voyages_session="));
  for (const auto* attribute : {"; Path=/", "; HttpOnly", "; SameSite=Lax"}) EXPECT_THAT(field, HasSubstr(attribute));
  EXPECT_THAT(field, Not(HasSubstr("Domain")));
  EXPECT_EQ(send(scenario, http::Method::get, "/auth/me", {{"Cookie", cookie_of(answer)}}).status, 200);
}

TEST(BrowserSession, HasACookieThatNoSiblingCanSetBehindTls) {
  auto config = Scenario::test_config();
  config.public_url = "https://id.example.com";
  Scenario scenario(config);
  scenario.register_user(ada);
  const auto answer = scenario.post("/auth/session", {{"email", ada}, {"password", Scenario::password}});
  const auto field = std::string(answer.headers.get("Set-Cookie"));
  EXPECT_THAT(field, StartsWith("__Host-voyages_session="));
  EXPECT_THAT(field, HasSubstr("; Secure"));
  const auto cookie = cookie_of(answer);
  EXPECT_EQ(send(scenario, http::Method::get, "/auth/me", {{"Cookie", cookie}}).status, 200);
  // The same without the prefix may come from a sibling.
  EXPECT_EQ(send(scenario, http::Method::get, "/auth/me", {{"Cookie", cookie.substr(7)}}).status, 401);
}

TEST(BrowserSession, RefusesAWrongPasswordWithoutACookie) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto answer = scenario.post("/auth/session", {{"email", ada}, {"password", "wrong password"}});
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.code(), "invalid_credentials");
  EXPECT_EQ(answer.headers.find("Set-Cookie"), nullptr);
}

TEST(BrowserSession, ChangesNothingForAPageOfAnotherSite) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto cookie = sign_in(scenario);
  const std::vector<Fields> foreign{
      {{"Cookie", cookie}},
      {{"Cookie", cookie}, {"Origin", "https://evil.example"}},
      {{"Cookie", cookie}, {"Origin", "null"}},
      {{"Cookie", cookie}, {"Origin", "http://localhost:8081"}},
      {{"Cookie", cookie}, {"Sec-Fetch-Site", "same-site"}},
      {{"Cookie", cookie}, {"Sec-Fetch-Site", "cross-site"}},
      {{"Cookie", cookie}, {"Sec-Fetch-Site", "none"}},
      {{"Cookie", cookie}, {"Origin", "http://localhost:8080"}, {"Sec-Fetch-Site", "cross-site"}}};
  for (const auto& fields : foreign) {
    const auto answer = send(scenario, http::Method::del, "/auth/me", fields);
    EXPECT_EQ(answer.status, 403) << fields.back().second;
    EXPECT_EQ(answer.code(), "cross_site_request");
  }
  EXPECT_EQ(send(scenario, http::Method::get, "/auth/me", {{"Cookie", cookie}}).status, 200);
  const Fields old_browser{{"Cookie", cookie}, {"Origin", "http://localhost:8080"}};
  EXPECT_EQ(send(scenario, http::Method::patch, "/auth/me", old_browser, {{{"name", "Ada"}}}).status, 200);
}

TEST(BrowserSession, EndsWithItsCookieAtLogout) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto cookie = sign_in(scenario);
  const auto answer = send(scenario, http::Method::post, "/auth/logout", from_our_page(cookie));
  EXPECT_EQ(answer.status, 204);
  EXPECT_THAT(std::string(answer.headers.get("Set-Cookie")), HasSubstr("voyages_session=; Path=/; Max-Age=0"));
  const auto after = send(scenario, http::Method::get, "/auth/me", {{"Cookie", cookie}});
  EXPECT_EQ(after.status, 401);
  EXPECT_EQ(after.code(), "revoked_token");
}

TEST(BrowserSession, EndsWhenThePasswordChangesElsewhere) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto cookie = sign_in(scenario);
  const auto token = scenario.login(ada).text("access_token");
  const boost::json::object change{{"current_password", Scenario::password}, {"new_password", "another long password"}};
  ASSERT_EQ(scenario.post("/auth/change-password", change, token).status, 204);
  EXPECT_EQ(send(scenario, http::Method::get, "/auth/me", {{"Cookie", cookie}}).status, 401);
}

TEST(BrowserSession, IsRefusedWithAnotherSecretAnotherUserOrAnotherForm) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto bob = scenario.sign_up("bob@example.com");
  const auto cookie = sign_in(scenario);
  auto forged = cookie;
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  const auto value = cookie.substr(cookie.find('=') + 1);
  const auto of_bob =
      "voyages_session=" + std::string(bob.body.at("user").at("id").as_string()) + value.substr(value.find('.'));
  for (const auto& wrong : {forged, of_bob, std::string("voyages_session=a.b.c"), std::string("voyages_session="),
                            cookie + "; " + cookie, "voyages_session=" + value.substr(value.find('.') + 1)}) {
    EXPECT_EQ(send(scenario, http::Method::get, "/auth/me", {{"Cookie", wrong}}).status, 401) << wrong;
  }
}

TEST(BrowserSession, OpensARouteOfARoleOnlyToWhoHasIt) {
  Scenario scenario;
  scenario.register_user(ada);
  EXPECT_EQ(send(scenario, http::Method::get, "/admin/users", {{"Cookie", sign_in(scenario)}}).status, 403);
  (void)scenario.owner_token();
  const auto owner = scenario.post("/auth/session", {{"email", "owner@example.com"}, {"password", Scenario::password}});
  EXPECT_EQ(send(scenario, http::Method::get, "/admin/users", {{"Cookie", cookie_of(owner)}}).status, 200);
}

TEST(BrowserSession, CountsForForwardAuthentication) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto cookie = sign_in(scenario);
  const auto answer = send(scenario, http::Method::get, "/auth/verify", {{"Cookie", cookie}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.headers.get("Remote-User").empty());
  EXPECT_EQ(send(scenario, http::Method::get, "/auth/verify?role=admin", {{"Cookie", cookie}}).status, 403);
  EXPECT_EQ(
      send(scenario, http::Method::get, "/auth/verify", {{"Cookie", cookie}, {"Authorization", "Bearer x"}}).status,
      401);
}

TEST(BrowserSession, TakesTheSessionsOfItsClientsAlong) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto cookie = sign_in(scenario);
  auto& auth = scenario.app().get<auth::Auth>();
  const auto user = *auth::find_user_by_email(scenario.table(), Email::parse(ada).value());
  http::Headers headers;
  headers.add("Cookie", cookie);
  const auto browser = auth::find_browser_session(auth, headers);
  ASSERT_TRUE(browser);
  const http::Context context{.now = scenario.clock().now()};
  const auto begin = [&](std::string parent) {
    auto session = auth::prepare_client_session(auth, user,
                                                {.grant = {.client_id = "client", .scope = "openid"},
                                                 .parent_id = std::move(parent),
                                                 .ends_at = browser->ends_at},
                                                context);
    EXPECT_TRUE(scenario.table().write(session.writes));
    return session;
  };
  const auto child = begin(browser->id);
  const auto offline = begin("");
  // A client's session is no place where the user is signed in.
  EXPECT_EQ(
      send(scenario, http::Method::get, "/auth/sessions", {{"Cookie", cookie}}).body.at("items").as_array().size(), 1U);
  // Nor does our own refresh take a client's token.
  EXPECT_EQ(scenario.refresh(child.refresh_token.expose()).status, 401);

  ASSERT_EQ(send(scenario, http::Method::post, "/auth/logout", from_our_page(cookie)).status, 204);
  const auto is_alive = [&](const auth::NewSession& session) {
    return auth::rotate_refresh_token(
               auth, session.refresh_token,
               [](const auth::SessionClaims& claims) { return claims.grant.scope == "openid"; }, context)
        .has_value();
  };
  EXPECT_FALSE(is_alive(child));
  EXPECT_TRUE(is_alive(offline));
}

TEST(BrowserSession, IsRenewedUnderItsIdBySigningInAgain) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto first = sign_in(scenario);
  const auto before = find(scenario, first);
  ASSERT_TRUE(before);
  scenario.clock().advance(1h);
  const boost::json::object credentials{{"email", ada}, {"password", Scenario::password}};
  const auto again = cookie_of(send(scenario, http::Method::post, "/auth/session", from_our_page(first), credentials));
  const auto after = find(scenario, again);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->id, before->id);
  EXPECT_GT(after->auth_time, before->auth_time);
  EXPECT_FALSE(find(scenario, first)) << "the old cookie opens nothing";
  EXPECT_EQ(auth::list_session_items(scenario.table(), after->user.id).size(), 1U);
}

TEST(BrowserSession, EndsWhenSomebodyElseSignsInThere) {
  Scenario scenario;
  scenario.register_user(ada);
  scenario.register_user("bob@example.com");
  const auto of_ada = sign_in(scenario);
  const boost::json::object bob{{"email", "bob@example.com"}, {"password", Scenario::password}};
  const auto of_bob = cookie_of(send(scenario, http::Method::post, "/auth/session", from_our_page(of_ada), bob));
  EXPECT_TRUE(find(scenario, of_bob));
  EXPECT_FALSE(find(scenario, of_ada));
  // A wrong password ends nobody's.
  const boost::json::object wrong{{"email", ada}, {"password", "wrong password"}};
  EXPECT_EQ(send(scenario, http::Method::post, "/auth/session", from_our_page(of_bob), wrong).status, 401);
  EXPECT_TRUE(find(scenario, of_bob));
}

TEST(BrowserSession, IsNotReplacedByAPageOfAnotherSite) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto cookie = sign_in(scenario);
  const boost::json::object credentials{{"email", ada}, {"password", Scenario::password}};
  const auto answer = send(scenario, http::Method::post, "/auth/session",
                           {{"Cookie", cookie}, {"Origin", "https://evil.example"}}, credentials);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "cross_site_request");
  EXPECT_TRUE(find(scenario, cookie));
}

// RFC 6749 §10.12 has the same for a redirect: whoever does not know it is used as somebody else.
TEST(BrowserSession, IsNotBegunByAPageOfAnotherSite) {
  Scenario scenario;
  scenario.register_user(ada);
  const boost::json::object credentials{{"email", ada}, {"password", Scenario::password}};
  const std::vector<Fields> foreign{{{"Origin", "https://evil.example"}},
                                    {{"Origin", "null"}},
                                    {{"Sec-Fetch-Site", "same-site"}},
                                    {{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}}};
  for (const auto& fields : foreign) {
    const auto answer = send(scenario, http::Method::post, "/auth/session", fields, credentials);
    EXPECT_EQ(answer.code(), "cross_site_request") << fields.back().second;
    EXPECT_EQ(answer.headers.find("Set-Cookie"), nullptr);
  }
  const std::vector<Fields> own{{}, {{"Origin", "http://localhost:8080"}}, {{"Sec-Fetch-Site", "same-origin"}}};
  for (const auto& fields : own) {
    EXPECT_EQ(send(scenario, http::Method::post, "/auth/session", fields, credentials).status, 200);
  }
}

TEST(BrowserSession, DoesNotOpenTheAccountToAClientsToken) {
  Scenario scenario;
  const auto user_id = std::string(scenario.sign_up(ada).body.at("user").at("id").as_string());
  http::Principal principal{.user_id = user_id, .session_id = "session", .client_id = "client", .scope = "openid"};
  const auto token = scenario.app().get<auth::Auth>().access_tokens.issue(principal, scenario.clock().now());
  const auto answer = scenario.get("/auth/me", token.expose());
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "forbidden");
  EXPECT_EQ(scenario.get("/auth/verify", token.expose()).status, 403);
}

}  // namespace
}  // namespace voyages::tests
