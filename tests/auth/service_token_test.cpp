#include "auth/service_token.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "app/permissions.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

auth::NewServiceToken add_token(Scenario& scenario, std::optional<std::chrono::seconds> ttl = std::nullopt) {
  return auth::add_service_token(scenario.table(), auth::ServiceName::parse("shop").value(),
                                 {auth::Scope::parse("emails:send", auth::Permissions(app::all_permissions())).value()},
                                 ttl, scenario.clock().now());
}

std::string text_of(const auth::NewServiceToken& made) { return std::string(made.text.expose()); }

Answer send_mail(Scenario& scenario, std::string_view token) {
  return scenario.post("/emails", {{"to", ada}, {"template", "welcome"}, {"params", {{"url", "https://example.com/"}}}},
                       token);
}

// The status with which a user of this one role may look at the mails.
int status_for_role(Scenario& scenario, const std::string& role) {
  const auto email = "user" + std::to_string(role.size()) + "@example.com";
  const auto made =
      auth::add_user(scenario.app().get<auth::Auth>(), Email::parse(email).value(),
                     auth::NewPassword::parse(Scenario::password).value(), "", {role}, true, scenario.clock().now());
  EXPECT_TRUE(made);
  return scenario.get("/emails", scenario.login(email).text("access_token")).status;
}

TEST(ServiceToken, OpensWhatItsScopeNames) {
  Scenario scenario;
  const auto made = add_token(scenario);
  const auto queued = send_mail(scenario, text_of(made));
  EXPECT_EQ(queued.status, 202);
  EXPECT_EQ(scenario.get("/emails", text_of(made)).status, 200);
  const auto mail = scenario.get("/emails/" + queued.text("id"), text_of(made));
  EXPECT_EQ(mail.text("caller"), "service:" + made.token.id);
}

TEST(ServiceToken, OpensNothingElse) {
  Scenario scenario;
  const auto token = text_of(add_token(scenario));
  for (const auto& route : scenario.app().router().routes()) {
    if (!route.needs_sign_in() || route.permission() == "emails:send") continue;
    http::Request request{.method = route.method, .target = route.path, .peer_ip = "203.0.113.7"};
    for (auto& c : request.target) {
      if (c == '{' || c == '}') c = 'x';
    }
    request.headers.add("Authorization", "Bearer " + token);
    const auto answer = scenario.send(request);
    ASSERT_EQ(answer.status, 403) << route.operation_id;
    EXPECT_EQ(answer.code(), route.permission().empty() ? "service_not_allowed" : "forbidden") << route.operation_id;
    EXPECT_THAT(std::string(answer.headers.get("WWW-Authenticate")), HasSubstr("insufficient_scope"));
  }
}

TEST(ServiceToken, IsNobodyToForwardAuthentication) {
  Scenario scenario;
  const auto token = text_of(add_token(scenario));
  for (const auto* target : {"/auth/verify", "/auth/verify?role=emails:send"}) {
    const auto answer = scenario.get(target, token);
    EXPECT_EQ(answer.status, 403) << target;
    EXPECT_EQ(answer.code(), "service_not_allowed") << target;
    EXPECT_EQ(answer.headers.find("Remote-User"), nullptr) << target;
  }
  EXPECT_EQ(scenario.get("/auth/verify?role=admin", token).status, 403);
  http::Request request{.method = http::Method::get, .target = "/auth/verify", .peer_ip = "203.0.113.7"};
  request.headers.add("Cookie", "voyages_token=" + token);
  EXPECT_EQ(scenario.send(request).status, 403);
}

TEST(ServiceToken, IsRefusedFromTheMomentItIsRevoked) {
  Scenario scenario;
  const auto made = add_token(scenario);
  const auto other = add_token(scenario);
  EXPECT_EQ(scenario.get("/emails", text_of(made)).status, 200);
  EXPECT_TRUE(auth::revoke_service_token(scenario.table(), made.token.id));
  EXPECT_FALSE(auth::revoke_service_token(scenario.table(), made.token.id));
  const auto refused = send_mail(scenario, text_of(made));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.code(), "invalid_token");
  EXPECT_EQ(scenario.get("/emails", text_of(other)).body.at("items").as_array().size(), 0U);
  EXPECT_EQ(auth::list_service_tokens(scenario.table()).size(), 1U);
}

TEST(ServiceToken, ExpiresToTheSecondAndIsListedForAMonthMore) {
  Scenario scenario;
  const auto token = text_of(add_token(scenario, 24h));
  scenario.clock().advance(24h - 1s);
  EXPECT_EQ(scenario.get("/emails", token).status, 200);
  scenario.clock().advance(1s);
  const auto expired = send_mail(scenario, token);
  EXPECT_EQ(expired.status, 401);
  EXPECT_EQ(expired.code(), "expired_token");
  EXPECT_EQ(scenario.get("/auth/me", token).code(), "expired_token");
  EXPECT_EQ(auth::list_service_tokens(scenario.table()).size(), 1U);
  scenario.clock().advance(24h * 31);
  EXPECT_EQ(scenario.get("/emails", token).code(), "invalid_token");
  EXPECT_TRUE(auth::list_service_tokens(scenario.table()).empty());
}

TEST(ServiceToken, WithoutAnEndOutlivesEverything) {
  Scenario scenario;
  const auto token = text_of(add_token(scenario));
  scenario.clock().advance(24h * 3651);
  EXPECT_EQ(scenario.get("/emails", token).status, 200);
}

TEST(ServiceToken, MustBeWholeAndRight) {
  Scenario scenario;
  const auto token = text_of(add_token(scenario));
  const auto other = text_of(add_token(scenario));
  auto wrong_secret = token;
  wrong_secret[50] = wrong_secret[50] == 'A' ? 'B' : 'A';
  auto upper_case_id = token;
  std::ranges::transform(upper_case_id.begin(), upper_case_id.begin() + 36, upper_case_id.begin(), ::toupper);
  for (const auto& bad :
       {wrong_secret, upper_case_id, token.substr(0, 36), token.substr(0, 79), token + "A",
        token.substr(0, 37) + other.substr(37), other.substr(0, 37) + token.substr(37), "service:" + token}) {
    const auto answer = scenario.get("/emails", bad);
    EXPECT_EQ(answer.status, 401) << bad;
    EXPECT_EQ(answer.code(), "invalid_token") << bad;
  }
}

TEST(ServiceToken, IsNoRefreshTokenNorTheOtherWayRound) {
  Scenario scenario;
  const auto session = scenario.sign_up(ada);
  EXPECT_EQ(scenario.get("/auth/me", session.text("refresh_token")).code(), "invalid_token");
  EXPECT_EQ(scenario.get("/emails", session.text("refresh_token")).code(), "invalid_token");
  EXPECT_EQ(scenario.refresh(text_of(add_token(scenario))).code(), "invalid_refresh_token");
}

TEST(ServiceToken, RestsOnlyAsAHashAndIsNeverLogged) {
  Scenario scenario;
  const auto token = text_of(add_token(scenario));
  send_mail(scenario, token);
  scenario.get("/auth/me", token);
  scenario.get("/auth/verify", token);
  const auto secret = token.substr(37);
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_EQ(rest.find(secret), std::string::npos) << key;
  EXPECT_THAT(scenario.log_text(), Not(HasSubstr(secret)));
}

TEST(ServiceToken, IsListedOldestFirstWithAllThatIsKnownOfIt) {
  Scenario scenario;
  const auto first = add_token(scenario, 1h);
  scenario.clock().advance(1s);
  const auto second = add_token(scenario);
  const auto tokens = auth::list_service_tokens(scenario.table());
  ASSERT_EQ(tokens.size(), 2U);
  EXPECT_EQ(tokens[0].id, first.token.id);
  EXPECT_EQ(tokens[0].name, "shop");
  EXPECT_THAT(tokens[0].scopes, ElementsAre("emails:send"));
  EXPECT_EQ(tokens[0].created_at, first.token.created_at);
  EXPECT_EQ(tokens[0].ends_at, first.token.ends_at);
  EXPECT_EQ(tokens[1].id, second.token.id);
  EXPECT_EQ(tokens[1].ends_at, std::nullopt);
}

TEST(ServiceToken, TakesNoOtherScopeNameOrLifetime) {
  Scenario scenario;
  for (const auto* scope : {"", "admin", "owner", "mailer", "emails", "emails:sen", "emails:send ", "*"}) {
    const auto parsed = auth::Scope::parse(scope, auth::Permissions(app::all_permissions()));
    ASSERT_FALSE(parsed) << scope;
    EXPECT_EQ(parsed.error().code, "unknown_scope");
    EXPECT_THAT(parsed.error().message, HasSubstr("emails:send"));
  }
  for (const std::string& name : {std::string(), std::string(101, 'a'), std::string("a\nb"), std::string("\xff")}) {
    EXPECT_FALSE(auth::ServiceName::parse(name));
  }
  EXPECT_THROW(add_token(scenario, 59s), std::invalid_argument);
  EXPECT_THROW(add_token(scenario, std::chrono::seconds::max()), std::invalid_argument);
}

TEST(Permission, IsPartOfTheRolesThatStandAboveIt) {
  Scenario scenario;
  EXPECT_EQ(status_for_role(scenario, "owner"), 200);
  EXPECT_EQ(status_for_role(scenario, "mailer"), 200);
  EXPECT_EQ(status_for_role(scenario, "emails:send"), 200);
  EXPECT_EQ(status_for_role(scenario, "editorial"), 403);
}

}  // namespace
}  // namespace voyages::tests
