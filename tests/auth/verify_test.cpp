#include "auth/verify.h"

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

using Fields = std::vector<std::pair<std::string, std::string>>;

Answer ask(Scenario& scenario, const Fields& fields, std::string_view query = {}) {
  http::Request request{.method = http::Method::get, .target = "/auth/verify", .peer_ip = "203.0.113.7"};
  request.target += query;
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  return scenario.send(request);
}

void verify_address(Scenario& scenario) {
  EXPECT_EQ(scenario.post("/auth/verify-email", {{"token", scenario.link_token(ada, "verify_email")}}).status, 204);
}

TEST(Verify, NamesTheAddressThatWasVerifiedAndNotWhatWasTyped) {
  Scenario scenario;
  scenario.register_user("GRACE@Caf\u00E9.Example");
  const std::string grace = "grace@xn--caf-dma.example";
  const auto link = scenario.link_token(grace, "verify_email");
  ASSERT_EQ(scenario.post("/auth/verify-email", {{"token", link}}).status, 204);
  const auto token = scenario.login(grace).text("access_token");
  EXPECT_EQ(ask(scenario, {{"Authorization", "Bearer " + token}}).headers.get("Remote-Email"), grace);
  EXPECT_EQ(scenario.get("/auth/me", token).body.at("user").at("email").as_string(), grace);
}

TEST(Verify, NamesNoAddressThatAnOlderVersionTookAndThatIsNone) {
  Scenario scenario;
  scenario.register_user("eve@payother.example");
  const auto email = Email::parse("eve@payother.example").value();
  const auto id = auth::find_user_by_email(scenario.table(), email).value().id;
  const store::Write write = auth::change_user(
      id, {{"email", "eve@pay_other.example"}, {"email_verified_at", to_ms(scenario.clock().now())}}, {});
  ASSERT_TRUE(scenario.table().write({&write, 1}));
  const auto session = scenario.login(email.text());
  ASSERT_EQ(session.status, 200);
  EXPECT_FALSE(session.body.at("user").at("email_verified").as_bool());
  const auto ask_with = [&](const Answer& answer) {
    return ask(scenario, {{"Authorization", "Bearer " + answer.text("access_token")}});
  };
  EXPECT_EQ(ask_with(session).headers.get("Remote-Email"), "");
  // A link that reaches the mailbox proves the address that it went to.
  scenario.post("/auth/resend-verification", {{"email", email.text()}});
  const auto link = scenario.link_token(email.text(), "verify_email");
  ASSERT_EQ(scenario.post("/auth/verify-email", {{"token", link}}).status, 204);
  EXPECT_EQ(ask_with(scenario.login(email.text())).headers.get("Remote-Email"), email.text());
}

TEST(Verify, NamesTheCallerByBearerTokenAndByEitherCookie) {
  Scenario scenario;
  scenario.register_user(ada);
  verify_address(scenario);
  const auto session = scenario.login(ada);
  const auto token = session.text("access_token");
  for (const auto& [name, value] : Fields{{"Authorization", "Bearer " + token},
                                          {"authorization", "bearer " + token},
                                          {"Cookie", "theme=dark; voyages_token=" + token},
                                          {"Cookie", "__Host-voyages_token=" + token + "; theme=dark"}}) {
    const auto answer = ask(scenario, {{name, value}});
    ASSERT_EQ(answer.status, 200) << value;
    EXPECT_EQ(answer.headers.get("Remote-User"), session.body.at("user").at("id").as_string());
    EXPECT_EQ(answer.headers.get("Remote-Email"), ada);
    EXPECT_EQ(answer.headers.get("Remote-Groups"), "");
  }
}

TEST(Verify, RefusesWhoShowsNothing) {
  Scenario scenario;
  const auto answer = ask(scenario, {});
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.headers.get("WWW-Authenticate"), R"(Bearer realm="voyages")");
  EXPECT_EQ(answer.headers.find("Remote-User"), nullptr);
  EXPECT_EQ(ask(scenario, {{"Cookie", "voyages_token=nonsense"}}).status, 401);
}

TEST(Verify, BelievesTheHeaderRatherThanTheCookie) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  const std::string cookie = "voyages_token=" + token;
  EXPECT_EQ(ask(scenario, {{"Authorization", "Bearer nonsense"}, {"Cookie", cookie}}).status, 401);
  EXPECT_EQ(ask(scenario, {{"Authorization", "Basic YTpi"}, {"Cookie", cookie}}).status, 401);
  EXPECT_EQ(ask(scenario, {{"Authorization", "Bearer " + token}, {"Cookie", "voyages_token=nonsense"}}).status, 200);
}

TEST(Verify, RefusesTwoOfWhatThereShouldBeOne) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  const std::string cookie = "voyages_token=" + token;
  EXPECT_EQ(ask(scenario, {{"Cookie", cookie + "; " + cookie}}).status, 401);
  EXPECT_EQ(ask(scenario, {{"Cookie", cookie}, {"Cookie", "voyages_token=nonsense"}}).status, 401);
  EXPECT_EQ(ask(scenario, {{"Authorization", "Bearer " + token}, {"Authorization", "Bearer nonsense"}}).status, 401);
}

TEST(Verify, FindsACookieInAnyOfSeveralFields) {
  Scenario scenario;
  const auto token = scenario.sign_up(ada).text("access_token");
  EXPECT_EQ(ask(scenario, {{"Cookie", "theme=dark"}, {"Cookie", "voyages_token=" + token}}).status, 200);
}

TEST(Verify, AsksForARoleAndTakesTheOneAboveIt) {
  Scenario scenario;
  const Fields owner{{"Authorization", "Bearer " + scenario.owner_token()}};
  const Fields user{{"Authorization", "Bearer " + scenario.sign_up(ada).text("access_token")}};
  EXPECT_EQ(ask(scenario, owner, "?role=owner").status, 200);
  EXPECT_EQ(ask(scenario, owner, "?role=admin").status, 200);
  EXPECT_EQ(ask(scenario, owner, "?role=admin").headers.get("Remote-Groups"), "owner");
  EXPECT_EQ(ask(scenario, owner, "?role=editor").status, 403);
  const auto forbidden = ask(scenario, user, "?role=admin");
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_EQ(forbidden.headers.find("Remote-User"), nullptr);
}

TEST(Verify, LetsNobodyAroundTheRoleByASecondOrBrokenParameter) {
  Scenario scenario;
  const Fields user{{"Authorization", "Bearer " + scenario.sign_up(ada).text("access_token")}};
  for (const auto* query : {"?role=admin&x=%zz", "?role=&role=admin", "?role=", "?role=admin&role=", "?role=%"}) {
    EXPECT_EQ(ask(scenario, user, query).status, 403) << query;
  }
}

TEST(Verify, RefusesEndedSessionsDisabledUsersAndOldTokens) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto session = scenario.sign_up(ada);
  const Fields fields{{"Authorization", "Bearer " + session.text("access_token")}};
  const auto path = "/admin/users/" + std::string(session.body.at("user").at("id").as_string());
  scenario.patch(path, {{"disabled", true}}, owner);
  EXPECT_EQ(ask(scenario, fields).status, 401);
  scenario.patch(path, {{"disabled", false}}, owner);
  EXPECT_EQ(ask(scenario, fields).status, 401);

  const auto second = scenario.login(ada).text("access_token");
  scenario.clock().advance(15min);
  EXPECT_EQ(ask(scenario, {{"Authorization", "Bearer " + second}}).status, 401);
}

TEST(Verify, NamesNoAddressThatNobodyHasProven) {
  Scenario scenario;
  const auto session = scenario.sign_up(ada);
  const auto before = ask(scenario, {{"Authorization", "Bearer " + session.text("access_token")}});
  EXPECT_EQ(before.status, 200);
  EXPECT_EQ(before.headers.get("Remote-Email"), "");

  verify_address(scenario);
  const auto refreshed = scenario.refresh(session.text("refresh_token"));
  const auto after = ask(scenario, {{"Authorization", "Bearer " + refreshed.text("access_token")}});
  EXPECT_EQ(after.headers.get("Remote-Email"), ada);
  const auto again = scenario.refresh(refreshed.text("refresh_token"));
  EXPECT_EQ(ask(scenario, {{"Authorization", "Bearer " + again.text("access_token")}}).headers.get("Remote-Email"),
            ada);
}

Fields browser_asking_for(std::string path, std::string method = "GET") {
  return {{"Accept", "text/html,*/*;q=0.8"},
          {"X-Forwarded-Uri", std::move(path)},
          {"X-Forwarded-Method", std::move(method)}};
}

TEST(Verify, ShowsABrowserTheWayToTheSignInPageAndBack) {
  Scenario scenario;
  const auto asked = browser_asking_for("/reports?year=2026&sort=\"up\"");
  const std::string page = "http://localhost:8080/login?return_to=%2Freports%3Fyear%3D2026%26sort%3D%22up%22";
  const auto for_nginx = ask(scenario, asked);
  EXPECT_EQ(for_nginx.status, 401);
  EXPECT_EQ(for_nginx.headers.get("Location"), page);
  const auto for_others = ask(scenario, asked, "?role=admin&redirect=true");
  EXPECT_EQ(for_others.status, 303);
  EXPECT_EQ(for_others.headers.get("Location"), page);
  EXPECT_EQ(for_others.headers.find("Remote-User"), nullptr);
}

TEST(Verify, SendsNoProgramNoFormAndNothingStrangeToTheSignInPage) {
  Scenario scenario;
  for (const auto& fields : {Fields{{"X-Forwarded-Uri", "/"}, {"Accept", "application/json"}},
                             Fields{{"X-Forwarded-Uri", "/"}}, Fields{{"Accept", "text/html"}},
                             browser_asking_for("/", "POST"), browser_asking_for("https://attacker.example/"),
                             browser_asking_for(""), browser_asking_for("/" + std::string(2000, 'a'))}) {
    const auto answer = ask(scenario, fields, "?redirect=true");
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.headers.find("Location"), nullptr);
  }
}

TEST(Verify, DoesNotSendWhoIsSignedInToSignInAgain) {
  Scenario scenario;
  auto fields = browser_asking_for("/admin/");
  fields.emplace_back("Authorization", "Bearer " + scenario.sign_up(ada).text("access_token"));
  EXPECT_EQ(ask(scenario, fields, "?redirect=true").status, 200);
  const auto forbidden = ask(scenario, fields, "?role=admin&redirect=true");
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_EQ(forbidden.headers.find("Location"), nullptr);
}

}  // namespace
}  // namespace voyages::tests
