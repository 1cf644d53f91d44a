#include "auth/permissions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <stdexcept>

#include "app/permissions.h"
#include "auth/account/admin_users.h"
#include "auth/authenticator.h"
#include "auth/oauth/scope.h"
#include "auth/service_token.h"
#include "auth/session.h"
#include "auth/session_end.h"
#include "base/uuid.h"
#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

// Which permission each route asks for; every other route that is not for all is for each signed-in user.
const std::map<std::string_view, std::string_view> permission_of_route{
    {"list_users", "users:read"},
    {"get_user", "users:read"},
    {"update_user", "users:write"},
    {"remove_user", "users:write"},
    {"end_user_sessions", "users:write"},
    {"invite", "users:write"},
    {"list_clients", "clients:read"},
    {"get_client", "clients:read"},
    {"create_client", "clients:write"},
    {"update_client", "clients:write"},
    {"delete_client", "clients:write"},
    {"rotate_client_secret", "clients:write"},
    {"list_providers", "providers:read"},
    {"add_provider", "providers:write"},
    {"delete_provider", "providers:write"},
    {"queue_email", "emails:send"},
    {"list_emails", "emails:send"},
    {"get_email", "emails:send"},
    {"retry_email", "emails:send"},
    {"cancel_email", "emails:send"},
    {"list_templates", "emails:send"},
    {"preview_template", "emails:send"},
    {"list_suppressions", "suppressions:read"},
    {"add_suppression", "suppressions:write"},
    {"remove_suppression", "suppressions:write"},
    {"list_dead_letters", "dead-letters:read"},
    {"retry_dead_letter", "dead-letters:write"},
    {"discard_dead_letter", "dead-letters:write"},
};

// What a user of each role may do; `owner` everything.
const std::map<std::string_view, std::set<std::string_view>> held_by_role{
    {"owner",
     {"users:read", "users:write", "clients:read", "clients:write", "providers:read", "providers:write", "emails:send",
      "suppressions:read", "suppressions:write", "dead-letters:read", "dead-letters:write"}},
    {"admin",
     {"users:read", "users:write", "clients:read", "clients:write", "providers:read", "emails:send",
      "suppressions:read", "suppressions:write", "dead-letters:read", "dead-letters:write"}},
    {"mailer", {"emails:send"}},
    {"editor", {}},
};

std::string all_names() {
  std::string scope;
  for (const auto& [route, permission] : permission_of_route) {
    if (scope.find(permission) == std::string::npos) scope += (scope.empty() ? "" : " ") + std::string(permission);
  }
  return scope;
}

std::vector<std::string> split_names(std::string_view scope) {
  return auth::oauth::parse_scope(scope).value_or(std::vector<std::string>());
}

/// Asks who a caller is to each route, without calling the route itself.
class Callers : public testing::Test {
 protected:
  struct Account {
    std::string id;
    std::string token;
  };

  Account account(const std::string& role) {
    const auto email = role + "@example.com";
    const auto made =
        auth::add_user(scenario.app().get<auth::Auth>(), Email::parse(email).value(),
                       auth::NewPassword::parse(Scenario::password).value(), "", {role}, true, scenario.clock().now());
    EXPECT_TRUE(made);
    return {made->id, scenario.login(email).text("access_token")};
  }
  std::string service(std::string_view scope) {
    std::vector<auth::Scope> scopes;
    for (const auto& name : split_names(scope)) {
      scopes.push_back(auth::Scope::parse(name, app::all_permissions()).value());
    }
    return std::string(auth::add_service_token(scenario.table(), auth::ServiceName::parse("shop").value(), scopes,
                                               std::nullopt, scenario.clock().now())
                           .text.expose());
  }
  // A client's token for a user, in a session of their own.
  std::string client_token(const std::string& user_id, const std::string& scope,
                           const std::string& dpop_jkt = std::string(), std::vector<std::string> audience = {}) {
    http::Principal principal{.user_id = user_id,
                              .session_id = new_uuid7(scenario.clock().now()),
                              .client_id = client.client_id,
                              .scope = scope,
                              .audience = std::move(audience),
                              .dpop_jkt = dpop_jkt};
    session_id = principal.session_id;
    return std::string(
        scenario.app().get<auth::Auth>().access_tokens.issue(principal, scenario.clock().now()).expose());
  }
  // Empty: the caller is let in.
  std::string answer(const http::Route& route, std::string_view token) {
    http::Request request{.method = route.method, .target = route.path};
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + std::string(token));
    const auto caller = authenticator.authenticate(request, route.permission(), scenario.clock().now());
    return caller ? "" : std::string(caller.error().code);
  }
  [[nodiscard]] const std::deque<http::Route>& routes() { return scenario.app().router().routes(); }
  const http::Route& route_of(std::string_view operation_id) {
    return *std::ranges::find(routes(), operation_id, &http::Route::operation_id);
  }
  static TestClient client_with(const std::string& scope) {
    auto client = test_site();
    for (const auto& name : split_names(scope)) client.scopes.push_back(name);
    return client;
  }

  Scenario scenario;
  auth::CallerAuthenticator authenticator{scenario.app().get<auth::Auth>()};
  TestClient client = add_client(scenario, client_with(all_names()));
  std::string session_id;
};

TEST_F(Callers, AreAskedForThePermissionOfEachRoute) {
  std::set<std::string_view> met;
  for (const auto& route : routes()) {
    const auto found = permission_of_route.find(route.operation_id);
    EXPECT_EQ(route.permission(), found == permission_of_route.end() ? "" : found->second) << route.operation_id;
    if (found != permission_of_route.end()) met.insert(found->first);
    EXPECT_TRUE(route.permission().empty() || app::all_permissions().find(route.permission())) << route.operation_id;
    EXPECT_TRUE(route.permission().empty() || route.needs_sign_in()) << route.operation_id;
  }
  EXPECT_EQ(met.size(), permission_of_route.size());
}

TEST_F(Callers, ThatAreUsersMayDoWhatTheirRolesHoldOnEveryRoute) {
  for (const auto& [role, held] : held_by_role) {
    const auto user = account(std::string(role));
    for (const auto& route : routes()) {
      if (!route.needs_sign_in()) continue;
      const bool may = route.permission().empty() || held.contains(route.permission());
      EXPECT_EQ(answer(route, user.token), may ? "" : "forbidden") << role << ' ' << route.operation_id;
    }
  }
}

TEST_F(Callers, ThatAreServicesMayDoWhatTheirScopeSaysOnEveryRoute) {
  for (const auto& scope : split_names(all_names())) {
    const auto token = service(scope);
    for (const auto& route : routes()) {
      if (!route.needs_sign_in()) continue;
      const auto* refused = route.permission().empty() ? "service_not_allowed" : "forbidden";
      EXPECT_EQ(answer(route, token), route.permission() == scope ? "" : refused) << scope << ' ' << route.operation_id;
    }
  }
}

TEST_F(Callers, ThatAreClientsMayDoWhatTheirScopeSaysAndTheirUserMayOnEveryRoute) {
  for (const auto& [role, held] : held_by_role) {
    const auto user = account(std::string(role));
    const auto everything = client_token(user.id, all_names());
    const auto nothing = client_token(user.id, "openid profile email roles");
    for (const auto& route : routes()) {
      if (!route.needs_sign_in()) continue;
      const bool may = held.contains(route.permission());
      EXPECT_EQ(answer(route, everything), may ? "" : "forbidden") << role << ' ' << route.operation_id;
      EXPECT_EQ(answer(route, nothing), "forbidden") << role << ' ' << route.operation_id;
      if (route.permission().empty()) continue;
      const auto one = client_token(user.id, std::string(route.permission()));
      EXPECT_EQ(answer(route, one), may ? "" : "forbidden") << role << ' ' << route.operation_id;
    }
  }
}

TEST_F(Callers, ThatAreDisabledOrStrangersMayDoNothing) {
  const auto other =
      auth::add_user(scenario.app().get<auth::Auth>(), Email::parse("other@example.com").value(),
                     auth::NewPassword::parse(Scenario::password).value(), "", {"owner"}, true, scenario.clock().now());
  ASSERT_TRUE(other);  // one who can sign in must be left
  const auto user = account("owner");
  const auto of_client = client_token(user.id, all_names());
  const auto found = auth::find_user(scenario.table(), user.id).value();
  ASSERT_TRUE(auth::set_user(scenario.app().get<auth::Auth>(), found, std::nullopt, true, scenario.clock().now()));
  for (const auto& route : routes()) {
    if (!route.needs_sign_in()) continue;
    EXPECT_EQ(answer(route, ""), "unauthenticated") << route.operation_id;
    EXPECT_EQ(answer(route, "nonsense"), "invalid_token") << route.operation_id;
    EXPECT_EQ(answer(route, user.token), "revoked_token") << route.operation_id;
    EXPECT_EQ(answer(route, of_client), route.permission().empty() ? "forbidden" : "revoked_token")
        << route.operation_id;
  }
}

TEST_F(Callers, ThatAreClientsLoseAtOnceWhatAnAdministratorTakesFromThem) {
  const auto user = account("admin");
  const auto token = client_token(user.id, "users:read users:write");
  EXPECT_EQ(answer(route_of("list_users"), token), "");
  client.scopes = {"openid", "users:write"};
  client = add_client(scenario, client);
  EXPECT_EQ(answer(route_of("list_users"), token), "revoked_token");
  EXPECT_EQ(answer(route_of("remove_user"), token), "");
  client.disabled_at = scenario.clock().now();
  client = add_client(scenario, client);
  EXPECT_EQ(answer(route_of("remove_user"), token), "revoked_token");
}

TEST_F(Callers, ThatAreClientsAreRefusedOnceTheirSessionHasEnded) {
  const auto user = account("admin");
  const auto token = client_token(user.id, "users:read");
  const auto ended = auth::end_session(scenario.app().get<auth::Auth>(), {.user_id = user.id, .id = session_id},
                                       auth::EndReason::revoked, scenario.clock().now());
  ASSERT_TRUE(scenario.table().write(ended));
  EXPECT_EQ(answer(route_of("list_users"), token), "revoked_token");
}

TEST_F(Callers, ThatAreClientsMayDoNothingByThemselvesNorByATokenThatWantsAProof) {
  const auto user = account("admin");
  EXPECT_EQ(answer(route_of("list_users"), client_token(client.client_id, "users:read")), "forbidden");
  EXPECT_EQ(answer(route_of("list_users"), client_token(user.id, "users:read", "thumbprint")), "forbidden");
}

TEST_F(Callers, ThatAreClientsMayDoNothingByATokenThatAnotherServerGetsToo) {
  const auto user = account("admin");
  const auto& ours = scenario.app().get<auth::Auth>().access_tokens.issuer();
  EXPECT_EQ(answer(route_of("list_users"), client_token(user.id, "users:read", "", {ours})), "");
  EXPECT_EQ(answer(route_of("list_users"), client_token(user.id, "users:read", "", {"https://api.example", ours})),
            "forbidden");
  EXPECT_EQ(answer(route_of("list_users"), client_token(user.id, "users:read", "", {"https://api.example"})),
            "invalid_token");
}

TEST_F(Callers, ThatAreClientsOfAnOwnerLeaveOwnersAlone) {
  const auto owner = account("owner");
  const auto token = client_token(owner.id, "users:write");
  const auto user_id = std::string(scenario.sign_up(ada).body.at("user").at("id").as_string());
  EXPECT_EQ(scenario.patch("/admin/users/" + user_id, {{"roles", {"owner"}}}, token).code(), "owner_protected");
  EXPECT_EQ(scenario.del("/admin/users/" + owner.id, token).code(), "owner_protected");
  EXPECT_EQ(scenario.patch("/admin/users/" + user_id, {{"roles", {"mailer"}}}, token).status, 200);
}

TEST_F(Callers, ThatAreClientsAreNobodyToForwardAuthentication) {
  const auto user = account("admin");
  const auto token = client_token(user.id, all_names());
  for (const auto* target : {"/auth/verify", "/auth/verify?role=admin", "/auth/verify?role=users:read"}) {
    EXPECT_EQ(scenario.get(target, token).status, 403) << target;
  }
}

// The whole way: an administrator allows the client the scope, the user is asked, and the token opens the route.
TEST(ClientPermission, IsAskedForEvenByTheOperatorsOwnClientAndThenOpensTheRoute) {
  Scenario scenario;
  EXPECT_FALSE(scenario.owner_token().empty());
  auto made = test_site();
  made.scopes.emplace_back("users:read");
  ASSERT_TRUE(made.first_party);
  const auto client = add_client(scenario, std::move(made));
  Browser browser(scenario);
  browser.sign_in("owner@example.com");
  EXPECT_NE(code_for(browser, client, {{"scope", "openid"}}), "");

  const auto asked = authorize(browser, client, {{"scope", "openid users:read"}});
  const std::string location(asked.headers.get("Location"));
  ASSERT_TRUE(location.starts_with("/consent?")) << location;
  const auto request_uri = query_parameter(location, "request_uri").value();
  const auto shown = browser.call(
      http::Method::get,
      "/oauth/consent?" + auth::oauth::form_encode({{"client_id", client.client_id}, {"request_uri", request_uri}}));
  EXPECT_EQ(shown.body.at("scopes").at(1).at("name"), "users:read");
  EXPECT_EQ(shown.body.at("scopes").at(1).at("description"), "See all users");
  EXPECT_FALSE(shown.body.at("scopes").at(0).as_object().contains("description"));

  const auto decided =
      browser.post("/oauth/consent", {{"client_id", client.client_id}, {"request_uri", request_uri}, {"allow", true}});
  const auto back = browser.get(decided.text("continue_to"));
  const auto code = query_parameter(back.headers.get("Location"), "code").value_or("");
  const auto tokens = call_as(scenario, client, "/oauth/token", code_grant(client, code));
  ASSERT_EQ(tokens.status, 200);
  const auto token = tokens.text("access_token");
  EXPECT_EQ(scenario.get("/admin/users", token).status, 200);
  EXPECT_EQ(scenario.get("/admin/clients", token).code(), "forbidden");
  EXPECT_EQ(scenario.get("/auth/me", token).code(), "forbidden");
  EXPECT_EQ(browser.call(http::Method::del, "/auth/consents/" + client.client_id).status, 204);
  EXPECT_EQ(scenario.get("/admin/users", token).code(), "revoked_token");
}

TEST(ClientPermission, GivesNoTokenWithoutAConsentEvenToTheOperatorsOwnClient) {
  Provider provider;
  auto made = test_site();
  made.scopes.emplace_back("users:read");
  const auto client = add_client(provider.scenario, std::move(made));
  EXPECT_EQ(provider.sign_in(client, "openid").status, 200);
  EXPECT_EQ(refusal(provider.sign_in(client, "openid users:read")), "400 invalid_grant");
}

TEST(Permissions, HaveNamesOfTheirOwn) {
  EXPECT_THROW(auth::Permissions({{"a:read", "", {}}, {"a:read", "", {"admin"}}}), std::logic_error);
}

TEST(ClientPermission, IsNotRefreshedWhereTheUserWasNeverAsked) {
  Provider provider;
  auto made = test_site();
  made.scopes.emplace_back("users:read");
  const auto client = add_client(provider.scenario, std::move(made));
  const auto now = provider.scenario.clock().now();
  // As it began while the name was the operator's own.
  const auth::GrantTerms terms{
      .grant = {.client_id = client.client_id, .scope = "openid users:read", .auth_time = now, .unasked = true},
      .parent_id = provider.session_id,
      .ends_at = now + std::chrono::days(1)};
  const auto user = auth::find_user(provider.scenario.table(), provider.user_id).value();
  const auto session =
      auth::prepare_client_session(provider.scenario.app().get<auth::Auth>(), user, terms, {.now = now});
  ASSERT_TRUE(provider.scenario.table().write(session.writes));
  const auto refresh_token = session.refresh_token.expose();
  EXPECT_EQ(refusal(provider.refresh(client, refresh_token)), "400 invalid_grant");
  EXPECT_EQ(provider.refresh(client, refresh_token, {{"scope", "openid"}}).status, 200);
}

TEST(Permissions, AreHeldByOwnersByTheirRolesAndByARoleOfTheirOwnName) {
  const auto permissions = app::all_permissions();
  EXPECT_TRUE(permissions.are_held({"admin"}, "emails:send"));
  EXPECT_TRUE(permissions.are_held({"x", "emails:send"}, "emails:send"));
  EXPECT_FALSE(permissions.are_held({"emails"}, "emails:send"));
  EXPECT_FALSE(permissions.are_held({}, "emails:send"));
  EXPECT_TRUE(permissions.are_held({"owner"}, "providers:write"));
  EXPECT_FALSE(permissions.are_held({"admin", "providers:write"}, "providers:write"));
}

TEST(Permissions, LeaveRolesThatAreAskedForByNameAsTheyAre) {
  const auto permissions = app::all_permissions();
  EXPECT_TRUE(permissions.are_held({"owner"}, "admin"));
  EXPECT_TRUE(permissions.are_held({"editor"}, "editor"));
  EXPECT_FALSE(permissions.are_held({"mailer", "emails:send"}, "admin"));
  EXPECT_FALSE(permissions.are_held({"owner", "admin"}, "mailer"));
}

}  // namespace
}  // namespace voyages::tests
