#include "auth/oauth/clients/register_client.h"

#include <gtest/gtest.h>

#include "auth/oauth/authorize/authorization_code.h"
#include "auth/oauth/authorize/consent.h"
#include "crypto/token.h"
#include "tests/auth/oauth/clients/registration.h"

namespace voyages::tests {
namespace {

namespace json = boost::json;
using auth::oauth::find_client;

struct Registration : testing::Test {
  Scenario scenario{open_to_clients()};

  Answer enrol(json::object metadata = app_metadata) { return scenario.post("/oauth/register", std::move(metadata)); }
  /// The error, for metadata with one member changed.
  std::string error_with(std::string_view member, json::value value) {
    auto metadata = app_metadata;
    metadata[member] = std::move(value);
    const auto answer = enrol(std::move(metadata));
    return answer.status == 201 ? "taken" : answer.text("error");
  }
  Answer own(http::Method method, const Answer& registered, std::optional<json::object> body = std::nullopt) {
    return scenario.call(method, registered.text("registration_client_uri").substr(21), std::move(body),
                         registered.text("registration_access_token"));
  }
};

TEST(RegistrationByClients, IsOffUnlessTheOperatorOpensIt) {
  Scenario scenario;
  const auto refused = scenario.post("/oauth/register", app_metadata);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.text("error"), "access_denied");
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_FALSE(key.starts_with("CLIENT#"));
}

TEST_F(Registration, MakesAPublicClientThatNobodyTrusts) {
  const auto answer = enrol();
  ASSERT_EQ(answer.status, 201);
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
  const auto client = find_client(scenario.table(), answer.text("client_id")).value();
  EXPECT_TRUE(client.registered_by_itself);
  EXPECT_FALSE(client.first_party);
  EXPECT_TRUE(client.is_public());
  EXPECT_FALSE(answer.body.as_object().contains("client_secret"));
  EXPECT_EQ(answer.body.at("response_types"), json::parse(R"(["code"])"));
  EXPECT_EQ(answer.body.at("grant_types"), json::parse(R"(["authorization_code","refresh_token"])"));
  EXPECT_EQ(answer.text("registration_client_uri"), "http://localhost:8080/oauth/register/" + answer.text("client_id"));
}

TEST_F(Registration, GivesASecretThatOnlyItsHashIsKeptOf) {
  auto metadata = app_metadata;
  metadata.erase("token_endpoint_auth_method");
  const auto answer = enrol(metadata);
  ASSERT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body.at("client_secret_expires_at"), 0);
  EXPECT_EQ(answer.text("token_endpoint_auth_method"), "client_secret_basic");
  const auto client = find_client(scenario.table(), answer.text("client_id")).value();
  EXPECT_EQ(client.secret_hash, crypto::sha256(answer.text("client_secret")));
  for (const auto& [key, rest] : scenario.stored_items()) {
    EXPECT_EQ(rest.find(answer.text("client_secret")), std::string::npos);
    EXPECT_EQ(rest.find(answer.text("registration_access_token")), std::string::npos);
  }
  const auto log = scenario.log_text();
  EXPECT_EQ(log.find(answer.text("client_secret")), std::string::npos);
  EXPECT_EQ(log.find(answer.text("registration_access_token")), std::string::npos);
}

TEST_F(Registration, IgnoresWhatItDoesNotKnowAndWhatIsNotForItToSay) {
  auto metadata = app_metadata;
  metadata["first_party"] = true;
  metadata["registered_by_itself"] = false;
  metadata["application_type"] = "native";
  metadata["contacts"] = json::array{"a@example.com"};
  metadata["jwks_uri"] = "http://169.254.169.254/";
  const auto answer = enrol(metadata);
  ASSERT_EQ(answer.status, 201);
  const auto client = find_client(scenario.table(), answer.text("client_id")).value();
  EXPECT_FALSE(client.first_party);
  EXPECT_TRUE(client.registered_by_itself);
  EXPECT_FALSE(answer.body.as_object().contains("jwks_uri"));
}

TEST_F(Registration, RefusesABodyThatIsNotOneJsonObject) {
  for (const auto* body : {"", "[]", "{", "null", R"({"client_name":"a","client_name":"b"})"}) {
    http::Request request{.method = http::Method::post, .target = "/oauth/register", .body = body};
    request.headers.add("Content-Type", "application/json");
    const auto answer = scenario.send(request);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.text("error"), "invalid_client_metadata") << body;
  }
  http::Request form{.method = http::Method::post, .target = "/oauth/register", .body = "client_name=x"};
  form.headers.add("Content-Type", "application/x-www-form-urlencoded");
  EXPECT_EQ(scenario.send(form).status, 400);
}

TEST(RegistrationByClients, IsCountedByNetwork) {
  auto config = open_to_clients();
  config.of<auth::AuthOptions>().sign_up_limit = 2;
  Scenario scenario(config);
  EXPECT_EQ(scenario.post("/oauth/register", app_metadata).status, 201);
  EXPECT_EQ(scenario.post("/oauth/register", {}).status, 400);
  const auto refused = scenario.post("/oauth/register", app_metadata);
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.headers.get("Retry-After").empty());
  scenario.client_ip = "198.51.100.1";
  EXPECT_EQ(scenario.post("/oauth/register", app_metadata).status, 201);
}

TEST_F(Registration, IsReadChangedAndDeletedByItsOwnToken) {
  const auto registered = enrol();
  const auto read = own(http::Method::get, registered);
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.body, registered.body);

  auto changed_metadata = app_metadata;
  changed_metadata["client_id"] = registered.text("client_id");
  changed_metadata["client_name"] = "Another name";
  const auto changed = own(http::Method::put, registered, changed_metadata);
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.text("client_name"), "Another name");
  const auto client = find_client(scenario.table(), registered.text("client_id")).value();
  EXPECT_EQ(client.client_name, "Another name");
  EXPECT_TRUE(client.registered_by_itself);

  EXPECT_EQ(own(http::Method::del, registered).status, 204);
  EXPECT_FALSE(find_client(scenario.table(), registered.text("client_id")));
  EXPECT_EQ(own(http::Method::get, registered).status, 401);
}

TEST_F(Registration, IsTheAdministratorsOnceTheyChangedIt) {
  const auto registered = enrol();
  const auto id = registered.text("client_id");
  EXPECT_EQ(scenario.patch("/admin/clients/" + id, {{"scope", "openid"}}, scenario.owner_token()).status, 200);
  // Whatever is left out of a PUT would go back to its default, and so undo what the administrator did.
  auto metadata = app_metadata;
  metadata["client_id"] = id;
  EXPECT_EQ(own(http::Method::put, registered, metadata).status, 401);
  EXPECT_EQ(own(http::Method::del, registered).status, 401);
  scenario.clock().advance(std::chrono::days(31));
  const auto client = find_client(scenario.table(), id);
  ASSERT_TRUE(client);
  EXPECT_EQ(client->scopes, std::vector<std::string>{"openid"});
  EXPECT_TRUE(client->registered_by_itself);
}

TEST_F(Registration, IsNotKeptLongerByAChange) {
  const auto registered = enrol();
  const auto id = registered.text("client_id");
  const auto before = find_client(scenario.table(), id)->expires_at;
  scenario.clock().advance(std::chrono::days(29));
  auto metadata = app_metadata;
  metadata["client_id"] = id;
  EXPECT_EQ(own(http::Method::put, registered, metadata).status, 200);
  EXPECT_EQ(find_client(scenario.table(), id)->expires_at, before);
}

TEST_F(Registration, IsNoStoreForLargeTexts) {
  auto metadata = app_metadata;
  metadata["client_description"] = json::string(16 * 1024, 'x');
  EXPECT_EQ(enrol(metadata).text("error"), "invalid_client_metadata");
  EXPECT_EQ(error_with("scope", json::string("openid " + std::string(1018, 'x'))), "invalid_client_metadata");
  EXPECT_EQ(error_with("scope", json::string("openid " + std::string(1017, 'x'))), "taken");
}

TEST_F(Registration, TakesNullAndAnEmptyScopeAsAbsent) {
  auto metadata = app_metadata;
  metadata["scope"] = "";
  for (const auto* name : {"software_statement", "backchannel_logout_uri", "client_uri", "grant_types"}) {
    metadata[name] = nullptr;
  }
  const auto registered = enrol(metadata);
  ASSERT_EQ(registered.status, 201);
  EXPECT_EQ(registered.text("scope"), "openid profile email offline_access");
  metadata["client_id"] = registered.text("client_id");
  for (const auto* name : {"client_secret", "registration_access_token"}) metadata[name] = nullptr;
  EXPECT_EQ(own(http::Method::put, registered, metadata).status, 200);
}

TEST_F(Registration, TakesTheMediaTypeWithAParameter) {
  for (const auto* type : {"application/json;charset=utf-8", "Application/JSON ; charset=utf-8"}) {
    http::Request request{
        .method = http::Method::post, .target = "/oauth/register", .body = json::serialize(app_metadata)};
    request.headers.add("Content-Type", type);
    EXPECT_EQ(scenario.send(request).status, 201) << type;
  }
}

TEST_F(Registration, KeepsTheSecretThroughAChange) {
  auto metadata = app_metadata;
  metadata.erase("token_endpoint_auth_method");
  const auto registered = enrol(metadata);
  metadata["client_id"] = registered.text("client_id");
  metadata["client_secret"] = registered.text("client_secret");
  EXPECT_EQ(own(http::Method::put, registered, metadata).status, 200);
  EXPECT_EQ(find_client(scenario.table(), registered.text("client_id"))->secret_hash,
            crypto::sha256(registered.text("client_secret")));
}

TEST_F(Registration, RefusesAChangeOfWhatIsNotItsOwn) {
  const auto registered = enrol();
  const auto other = enrol();
  const std::pair<std::string_view, json::value> cases[] = {
      {"client_id", json::string(other.text("client_id"))},
      {"client_secret", "chosen"},
      {"registration_access_token", "chosen"},
      {"registration_client_uri", "https://a.example/"},
      {"client_id_issued_at", 1},
      {"token_endpoint_auth_method", "client_secret_basic"},
  };
  for (const auto& [member, value] : cases) {
    auto metadata = app_metadata;
    metadata["client_id"] = registered.text("client_id");
    metadata[member] = value;
    EXPECT_EQ(own(http::Method::put, registered, metadata).status, 400) << member;
  }
  EXPECT_EQ(own(http::Method::get, registered).body, registered.body);
  EXPECT_EQ(own(http::Method::get, other).body, other.body);
}

TEST_F(Registration, IsClosedToEverybodyElse) {
  const auto registered = enrol();
  const auto other = enrol();
  const auto path = "/oauth/register/" + registered.text("client_id");
  const auto user = scenario.sign_up("ada@example.com").text("access_token");
  for (const auto& token : {std::string(), std::string("wrong"), user, other.text("registration_access_token")}) {
    for (const auto method : {http::Method::get, http::Method::put, http::Method::del}) {
      const auto answer =
          scenario.call(method, path, method == http::Method::put ? std::optional(app_metadata) : std::nullopt, token);
      EXPECT_EQ(answer.status, 401);
      EXPECT_TRUE(answer.headers.get("WWW-Authenticate").starts_with("Bearer"));
    }
  }
  // A client that an administrator made has no such token.
  const auto made = add_client(scenario);
  EXPECT_EQ(scenario.get("/oauth/register/" + made.client_id, user).status, 401);
  EXPECT_TRUE(find_client(scenario.table(), registered.text("client_id")));
}

TEST_F(Registration, IsForgottenAfterThirtyDaysInWhichItFetchedNoTokens) {
  const auto registered = enrol();
  const auto id = registered.text("client_id");
  scenario.register_user("ada@example.com");
  const auto fetch_tokens = [&] {
    Browser browser(scenario);
    browser.sign_in("ada@example.com");
    const auto& cookie = browser.jar.at("voyages_session");
    const auto now = scenario.clock().now();
    const auto code = auth::oauth::new_code({.client_id = id,
                                             .user_id = cookie.substr(0, 36),
                                             .session_id = cookie.substr(37, 36),
                                             .session_ends_at = now + std::chrono::days(1),
                                             .redirect_uri = "http://127.0.0.1/callback",
                                             .code_challenge = challenge_of(test_verifier),
                                             .scope = "openid",
                                             .auth_time = now,
                                             .amr = {"pwd"}},
                                            now);
    TestClient client;
    static_cast<auth::oauth::Client&>(client) = find_client(scenario.table(), id).value();
    const auto user_id = cookie.substr(0, 36);
    const auto before = get(scenario.table(), auth::oauth::consent_key(user_id, id));
    const auto known = before ? std::optional(auth::oauth::to_consent(*before)) : std::nullopt;
    const store::Write writes[] = {code.put, remember(user_id, known, client, "openid", {}, now)};
    EXPECT_TRUE(scenario.table().write(writes));
    EXPECT_EQ(call_as(scenario, client, "/oauth/token", code_grant(client, code.text.expose())).status, 200);
  };
  scenario.clock().advance(std::chrono::days(29));
  fetch_tokens();
  scenario.clock().advance(std::chrono::days(29));
  EXPECT_TRUE(find_client(scenario.table(), id));
  scenario.clock().advance(std::chrono::days(2));
  EXPECT_FALSE(find_client(scenario.table(), id));
  EXPECT_EQ(own(http::Method::get, registered).status, 401);
}

TEST_F(Registration, IsKeptWithOneWriteADayAtMost) {
  const auto client = find_client(scenario.table(), enrol().text("client_id")).value();
  const auto now = scenario.clock().now();
  EXPECT_FALSE(auth::oauth::keep_registered(client, now + std::chrono::hours(23)));
  EXPECT_TRUE(auth::oauth::keep_registered(client, now + std::chrono::hours(25)));
  EXPECT_FALSE(auth::oauth::keep_registered(add_client(scenario), now + std::chrono::days(300)));
}

TEST_F(Registration, IsNotForgottenThoughItFetchedTokensWhileAnAdministratorChangedIt) {
  const auto client = find_client(scenario.table(), enrol().text("client_id")).value();
  const auto owner = scenario.owner_token();
  EXPECT_EQ(scenario.patch("/admin/clients/" + client.client_id, {{"client_name", "Known"}}, owner).status, 200);
  const auto keep = auth::oauth::keep_registered(client, scenario.clock().now() + std::chrono::hours(25)).value();
  EXPECT_FALSE(scenario.table().write({&keep, 1}));
  EXPECT_FALSE(find_client(scenario.table(), client.client_id)->expires_at);
}

}  // namespace
}  // namespace voyages::tests
