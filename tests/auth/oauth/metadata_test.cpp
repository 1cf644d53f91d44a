#include "auth/oauth/metadata.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/auth/oauth/provider.h"

namespace voyages::tests {
namespace {

namespace json = boost::json;

TEST(Metadata, IsTheSameAtBothAddresses) {
  Scenario scenario;
  const auto discovery = scenario.get("/.well-known/openid-configuration");
  const auto authorization_server = scenario.get("/.well-known/oauth-authorization-server");
  EXPECT_EQ(discovery.status, 200);
  EXPECT_EQ(discovery.body, authorization_server.body);
  EXPECT_EQ(discovery.body.at("issuer"), "http://localhost:8080");
  EXPECT_EQ(discovery.headers.get("Cache-Control"), "public, max-age=300");
}

TEST(Metadata, MayBeReadByPagesOfAllSites) {
  Scenario scenario;
  http::Request request{.method = http::Method::get, .target = "/.well-known/oauth-authorization-server"};
  request.headers.add("Origin", "https://app.example");
  EXPECT_EQ(scenario.send(request).headers.get("Access-Control-Allow-Origin"), "*");
}

TEST(Metadata, NamesOnlyEndpointsThatAnswer) {
  auto config = Scenario::test_config();
  config.of<auth::AuthOptions>().client_registration = auth::ClientRegistration::open;
  Scenario scenario(config);
  using http::Method;
  const std::map<std::string_view, std::vector<Method>> methods{
      {"authorization_endpoint", {Method::get, Method::post}},
      {"token_endpoint", {Method::post}},
      {"userinfo_endpoint", {Method::get, Method::post}},
      {"jwks_uri", {Method::get}},
      {"pushed_authorization_request_endpoint", {Method::post}},
      {"device_authorization_endpoint", {Method::post}},
      {"introspection_endpoint", {Method::post}},
      {"revocation_endpoint", {Method::post}},
      {"end_session_endpoint", {Method::get, Method::post}},
      {"registration_endpoint", {Method::post}}};
  const auto metadata = scenario.get("/.well-known/openid-configuration").body;
  std::size_t endpoints = 0;
  for (const auto& [name, value] : metadata.as_object()) {
    if (!name.ends_with("_endpoint") && name != "jwks_uri") continue;
    ++endpoints;
    const auto url = std::string(value.as_string());
    ASSERT_TRUE(url.starts_with("http://localhost:8080/")) << name;
    ASSERT_TRUE(methods.contains(name)) << name;
    for (const auto method : methods.at(name)) {
      const auto found = scenario.app().router().find(method, url.substr(21));
      EXPECT_TRUE(std::holds_alternative<http::Router::Match>(found)) << name << ' ' << to_string(method);
    }
  }
  EXPECT_EQ(endpoints, methods.size());
}

TEST(Metadata, OffersNothingThatDoesNotExist) {
  const auto metadata = auth::oauth::server_metadata({.public_url = "https://id.example"});
  EXPECT_EQ(metadata.at("response_types_supported"), json::parse(R"(["code"])"));
  EXPECT_EQ(metadata.at("code_challenge_methods_supported"), json::parse(R"(["S256"])"));
  const auto text = json::serialize(metadata);
  for (const auto* absent : {"implicit", "password", "plain", "\"none\",\"HS", "HS256", "fragment", "token id_token"}) {
    EXPECT_EQ(text.find(absent), std::string::npos) << absent;
  }
  EXPECT_EQ(metadata.at("request_parameter_supported"), json::value(false));
  EXPECT_EQ(metadata.at("request_uri_parameter_supported"), json::value(false));
  EXPECT_EQ(metadata.at("authorization_response_iss_parameter_supported"), json::value(true));
  // OpenID Connect Discovery §3 requires it.
  EXPECT_NE(json::serialize(metadata.at("id_token_signing_alg_values_supported")).find("RS256"), std::string::npos);
}

TEST(Metadata, IsReadBeforeTheKeysWhichThenHaveOneForEveryAlgorithmOfIdTokens) {
  Scenario scenario;
  const auto metadata = scenario.get("/.well-known/openid-configuration").body;
  scenario.get("/.well-known/openid-configuration");
  std::multiset<std::string> algorithms;
  const auto keys = scenario.get("/.well-known/jwks.json").body.at("keys");
  for (const auto& key : keys.as_array()) algorithms.emplace(key.at("alg").as_string());
  EXPECT_EQ(algorithms, (std::multiset<std::string>{"ES256", "EdDSA", "RS256"}));
  for (const auto& algorithm : metadata.at("id_token_signing_alg_values_supported").as_array()) {
    EXPECT_TRUE(algorithms.contains(std::string(algorithm.as_string())));
  }
}

TEST(Metadata, NamesTheRegistrationEndpointWhereItIsOpen) {
  auth::AuthOptions options{.public_url = "https://id.example"};
  EXPECT_FALSE(auth::oauth::server_metadata(options).contains("registration_endpoint"));
  options.client_registration = auth::ClientRegistration::open;
  EXPECT_EQ(auth::oauth::server_metadata(options).at("registration_endpoint"), "https://id.example/oauth/register");
}

}  // namespace
}  // namespace voyages::tests
