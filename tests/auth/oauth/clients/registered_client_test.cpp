#include "auth/oauth/clients/registered_client.h"

#include <gtest/gtest.h>

#include "tests/auth/oauth/clients/registration.h"

namespace voyages::tests {
namespace {

namespace json = boost::json;
using auth::oauth::find_client;

struct RegisteredClient : testing::Test {
  Scenario scenario{open_to_clients()};

  Answer enrol(json::object metadata = app_metadata) { return scenario.post("/oauth/register", std::move(metadata)); }
  /// The error, for metadata with one member changed.
  std::string error_with(std::string_view member, json::value value) {
    auto metadata = app_metadata;
    metadata[member] = std::move(value);
    const auto answer = enrol(std::move(metadata));
    return answer.status == 201 ? "taken" : answer.text("error");
  }
};

// As Visual Studio Code sends it.
const json::object visual_studio_code{
    {"client_name", "Visual Studio Code"},
    {"client_uri", "https://code.visualstudio.com"},
    {"grant_types", json::array{"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"}},
    {"response_types", json::array{"code"}},
    {"redirect_uris", json::array{"https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect",
                                  "http://127.0.0.1/", "http://127.0.0.1:33418/"}},
    {"scope", "mcp:tools offline_access"},
    {"token_endpoint_auth_method", "none"},
    {"application_type", "native"}};

// As Cursor sends it.
const json::object cursor{
    {"client_name", "Cursor"},
    {"redirect_uris", json::array{"cursor://anysphere.cursor-retrieval/oauth/user-x/callback",
                                  "http://localhost:8787/callback", "http://127.0.0.1:8787/callback"}},
    {"grant_types", json::array{"authorization_code", "refresh_token"}},
    {"response_types", json::array{"code"}},
    {"token_endpoint_auth_method", "none"}};

TEST_F(RegisteredClient, TakesVisualStudioCodeWithoutTheGrantThatItMayNotUse) {
  const auto answer = enrol(visual_studio_code);
  ASSERT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body.at("grant_types"), json::parse(R"(["authorization_code","refresh_token"])"));
  EXPECT_EQ(answer.body.at("response_types"), json::array{"code"});
  EXPECT_EQ(answer.body.at("redirect_uris"), visual_studio_code.at("redirect_uris"));
  EXPECT_EQ(answer.text("scope"), "openid offline_access");
  EXPECT_EQ(answer.text("token_endpoint_auth_method"), "none");
  const auto client = find_client(scenario.table(), answer.text("client_id")).value();
  EXPECT_FALSE(client.may_use("urn:ietf:params:oauth:grant-type:device_code"));
}

TEST_F(RegisteredClient, TakesCursorWithItsLoopbackAddressesAlone) {
  const auto answer = enrol(cursor);
  ASSERT_EQ(answer.status, 201);
  const json::array loopback{"http://localhost:8787/callback", "http://127.0.0.1:8787/callback"};
  EXPECT_EQ(answer.body.at("redirect_uris"), loopback);
}

TEST(RegisteredClients, LetsInThePrivateSchemesThatTheOperatorNamed) {
  auto config = open_to_clients();
  config.of<auth::AuthOptions>().client_schemes = {"cursor"};
  Scenario scenario(config);
  const auto answer = scenario.post("/oauth/register", cursor);
  ASSERT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body.at("redirect_uris"), cursor.at("redirect_uris"));
  // A scheme that nobody named, and a client that has a secret.
  auto other = cursor;
  other["redirect_uris"] = json::array{"windsurf://callback"};
  EXPECT_EQ(scenario.post("/oauth/register", other).text("error"), "invalid_redirect_uri");
  other = cursor;
  other.erase("token_endpoint_auth_method");
  const auto with_secret = scenario.post("/oauth/register", other);
  EXPECT_EQ(with_secret.body.at("redirect_uris").as_array().size(), 2U);
}

TEST_F(RegisteredClient, SaysWhichAddressIsNotAllowedAndWhichAre) {
  auto metadata = cursor;
  metadata["redirect_uris"] = json::array{"cursor://callback\"\n\u00e9", "http://192.168.1.5/callback"};
  const auto answer = enrol(metadata);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.text("error"), "invalid_redirect_uri");
  const auto description = answer.text("error_description");
  EXPECT_NE(description.find("cursor://callback???"), std::string::npos) << description;
  EXPECT_NE(description.find("http on loopback alone"), std::string::npos) << description;
  metadata["redirect_uris"] = json::array{json::string("x://" + std::string(3000, 'a'))};
  EXPECT_LT(enrol(metadata).text("error_description").size(), 600U);
}

/// What a client got of metadata with one member changed.
struct Replaced {
  std::string_view member;
  json::value asked;
  json::value granted;
};

TEST_F(RegisteredClient, ReplacesWhatItDoesNotGive) {
  const auto grants = [](auto... types) { return json::array{types...}; };
  const auto* device = "urn:ietf:params:oauth:grant-type:device_code";
  const json::string usual_scope = "openid profile email offline_access";
  const Replaced cases[] = {
      {"grant_types", grants("authorization_code", "client_credentials", device), grants("authorization_code")},
      {"grant_types", grants("implicit", "password", "authorization_code", ""), grants("authorization_code")},
      {"grant_types", grants("refresh_token"), grants("authorization_code", "refresh_token")},
      {"grant_types", grants(), grants("authorization_code", "refresh_token")},
      {"response_types", grants("code", "token", "code id_token"), grants("code")},
      {"response_types", grants(), grants("code")},
      {"scope", "openid notes:read email orders:delete", "openid email"},
      {"scope", "notes:read", usual_scope},
      {"token_endpoint_auth_method", "private_key_jwt", "client_secret_basic"},
      {"id_token_signed_response_alg", "none", "RS256"},
      {"id_token_signed_response_alg", "PS512", "RS256"},
      {"id_token_signed_response_alg", "ES256", "ES256"},
      {"redirect_uris",
       grants("https://a.example/", "javascript:alert(1)", "https://a.example/#x", "http://a.example/",
              "https://*.example/", "https://a.example/"),
       grants("https://a.example/")},
      {"post_logout_redirect_uris", grants("javascript:alert(1)", "https://a.example/"), grants("https://a.example/")},
      {"client_uri", "javascript:alert(1)", nullptr},
      {"logo_uri", "http://192.168.1.1/logo.png", nullptr},
      {"backchannel_logout_uri", "https://a.example/", nullptr},
  };
  for (const auto& [member, asked, granted] : cases) {
    auto metadata = app_metadata;
    metadata[member] = asked;
    const auto answer = enrol(std::move(metadata));
    ASSERT_EQ(answer.status, 201) << member << ' ' << json::serialize(asked);
    const auto* told = answer.body.as_object().if_contains(member);
    EXPECT_EQ(told ? *told : json::value(), granted) << member << ' ' << json::serialize(asked);
    const auto client = find_client(scenario.table(), answer.text("client_id")).value();
    EXPECT_TRUE(client.backchannel_logout_uri.empty());
  }
}

TEST_F(RegisteredClient, KeepsTheFirstTwentyAddresses) {
  json::array uris;
  for (int i = 0; i < 25; ++i) uris.emplace_back("https://a.example/" + std::to_string(i));
  auto metadata = app_metadata;
  metadata["redirect_uris"] = uris;
  const auto answer = enrol(metadata);
  ASSERT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body.at("redirect_uris"), json::array(uris.begin(), uris.begin() + 20));
}

TEST_F(RegisteredClient, RefusesHostileMetadata) {
  const auto uri = [](std::string_view text) { return json::array{text}; };
  const std::tuple<std::string_view, json::value, std::string_view> cases[] = {
      {"redirect_uris", uri("javascript:alert(1)"), "invalid_redirect_uri"},
      {"redirect_uris", uri("data:text/html,x"), "invalid_redirect_uri"},
      {"redirect_uris", uri("https://a.example/#x"), "invalid_redirect_uri"},
      {"redirect_uris", uri("http://a.example/"), "invalid_redirect_uri"},
      {"redirect_uris", uri("https://*.example/"), "invalid_redirect_uri"},
      {"redirect_uris", json::array{}, "invalid_redirect_uri"},
      {"redirect_uris", json::array{1}, "invalid_client_metadata"},
      {"redirect_uris", "https://a.example/", "invalid_client_metadata"},
      {"client_name", 7, "invalid_client_metadata"},
      {"client_name", "\xe2\x80\xaegnipahs", "invalid_client_metadata"},
      {"client_name", "P\u0430yroll", "invalid_client_metadata"},
      {"client_name", "Pay\u2028roll", "invalid_client_metadata"},
      {"client_name", "\uFF30ayroll", "invalid_client_metadata"},
      {"client_name", json::string(200, 'x'), "invalid_client_metadata"},
      {"grant_types", json::array{"password"}, "invalid_client_metadata"},
      {"grant_types", json::array{"implicit"}, "invalid_client_metadata"},
      {"grant_types", json::array{"client_credentials"}, "invalid_client_metadata"},
      {"grant_types", json::array{"urn:ietf:params:oauth:grant-type:device_code"}, "invalid_client_metadata"},
      {"response_types", json::array{"token"}, "invalid_client_metadata"},
      {"response_types", json::array{"code id_token"}, "invalid_client_metadata"},
      {"scope", "open\"id", "invalid_client_metadata"},
      {"dpop_bound_access_tokens", "yes", "invalid_client_metadata"},
      {"software_statement", "eyJ", "unapproved_software_statement"},
  };
  for (const auto& [member, value, error] : cases) {
    EXPECT_EQ(error_with(member, value), error) << member << ' ' << json::serialize(value);
  }
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_FALSE(key.starts_with("CLIENT#"));
}

TEST_F(RegisteredClient, ReplacesTheSameInAChange) {
  const auto registered = enrol();
  auto metadata = visual_studio_code;
  metadata["client_id"] = registered.text("client_id");
  const auto changed = scenario.call(http::Method::put, "/oauth/register/" + registered.text("client_id"), metadata,
                                     registered.text("registration_access_token"));
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body.at("grant_types"), json::parse(R"(["authorization_code","refresh_token"])"));
}

}  // namespace
}  // namespace voyages::tests
