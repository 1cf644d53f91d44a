#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/federation/admin_providers.h"
#include "base/escape.h"
#include "crypto/jose.h"
#include "tests/auth/scenario.h"
#include "tests/support/json_server.h"

namespace voyages::tests {

using QueryMap = std::map<std::string, std::string>;

inline QueryMap query_of(const std::string& url) {
  QueryMap map;
  const auto pairs = http::parse_query(url.substr(url.find('?') + 1));
  for (const auto& [name, value] : pairs.value()) map[name] = value;
  return map;
}

/// An OpenID provider that does as it is told. Set its members between requests, not during one.
class FakeOpenId {
 public:
  FakeOpenId() {
    const auto url = server.url();
    metadata = {{"issuer", url},
                {"authorization_endpoint", url + "/authorize"},
                {"token_endpoint", url + "/token"},
                {"jwks_uri", url + "/jwks"},
                {"userinfo_endpoint", url + "/userinfo"},
                {"token_endpoint_auth_methods_supported", {"client_secret_basic"}}};
    claims = {{"iss", url},    {"aud", "our-client"},        {"sub", "ada-at-acme"},
              {"name", "Ada"}, {"email", "ada@example.com"}, {"email_verified", true}};
    server.on("/.well-known/openid-configuration", [this](const auto&) { return JsonAnswer{metadata}; });
    server.on("/jwks", [this](const auto&) {
      boost::json::array keys;
      for (const auto& key : published) keys.push_back(key.to_public_jwk());
      return JsonAnswer{boost::json::object{{"keys", keys}}};
    });
    server.on("/token", [this](const auto&) {
      return JsonAnswer{boost::json::object{
          {"access_token", "upstream-access-token"}, {"token_type", "Bearer"}, {"id_token", id_token()}}};
    });
    server.on("/userinfo", [this](const auto&) { return JsonAnswer{userinfo}; });
  }

  [[nodiscard]] std::string id_token() const {
    return crypto::sign_jws(boost::json::serialize(claims), signing_key, "JWT");
  }

  JsonServer server;
  boost::json::object metadata;
  boost::json::object claims;
  boost::json::object userinfo;
  crypto::Jwk signing_key = crypto::Jwk::generate(crypto::Algorithm::ES256);
  std::vector<crypto::Jwk> published{signing_key};
};

/// The application with an OpenID provider `acme`, and a browser that keeps its cookies.
class FederationScenario : public Scenario {
 public:
  explicit FederationScenario(app::Config config = test_config()) : Scenario(std::move(config)) {
    add_provider("acme", upstream.server.url());
  }

  void add_provider(std::string_view id, const std::string& issuer,
                    auth::federation::Kind kind = auth::federation::Kind::openid) {
    EXPECT_TRUE(auth::federation::add_provider(table(), app().get<auth::Auth>().master_key,
                                               {.id = std::string(id),
                                                .kind = kind,
                                                .name = "Acme",
                                                .issuer = issuer,
                                                .client_id = "our-client",
                                                .created_at = clock().now()},
                                               Secret(std::string_view("our secret/+"))));
  }

  /// A request of the browser: with its cookies, which the answer may change.
  Answer browse(http::Method method, std::string target, std::optional<boost::json::object> body = std::nullopt,
                std::string_view site = "same-origin") {
    http::Request request{.method = method, .target = std::move(target), .peer_ip = client_ip};
    if (body) {
      request.headers.add("Content-Type", "application/json");
      request.body = boost::json::serialize(*body);
    }
    if (!site.empty()) request.headers.add("Sec-Fetch-Site", std::string(site));
    std::string sent;
    for (const auto& [name, value] : cookies) sent.append(sent.empty() ? "" : "; ").append(name).append("=" + value);
    if (!sent.empty()) request.headers.add("Cookie", sent);
    auto answer = send(request);
    for (const auto& field : answer.headers) {
      if (field.name != "Set-Cookie") continue;
      const auto equals = field.value.find('=');
      cookies[field.value.substr(0, equals)] = field.value.substr(equals + 1, field.value.find(';') - equals - 1);
    }
    return answer;
  }

  Answer start(boost::json::object body = {}, const std::string& provider = "acme") {
    auto answer = browse(http::Method::post, "/auth/federation/" + provider, std::move(body));
    if (answer.status == 200) {
      asked = query_of(answer.text("authorization_url"));
      if (asked.contains("nonce")) upstream.claims["nonce"] = asked["nonce"];
      upstream.claims["iat"] = to_epoch_s(clock().now());
      upstream.claims["exp"] = to_epoch_s(clock().now()) + 300;
    }
    return answer;
  }
  /// Where the browser is sent on to.
  std::string come_back(const QueryMap& answer, const std::string& provider = "acme") {
    std::string target = "/auth/federation/" + provider + "/callback";
    char joint = '?';
    for (const auto& [name, value] : answer) {
      target.append(1, joint).append(name).append(1, '=').append(percent_encode(value));
      joint = '&';
    }
    const auto response = browse(http::Method::get, target, std::nullopt, "cross-site");
    EXPECT_EQ(response.status, 303);
    return std::string(response.headers.get("Location"));
  }
  std::string come_back_with_code() { return come_back({{"state", asked["state"]}, {"code", "the-code"}}); }

  /// From the button to the page afterwards.
  std::string sign_in(boost::json::object body = {}) {
    EXPECT_EQ(start(std::move(body)).status, 200);
    return come_back_with_code();
  }
  /// Who the browser is; empty when nobody.
  std::string me() {
    const auto answer = browse(http::Method::get, "/auth/me");
    return answer.status == 200 ? std::string(answer.body.at("user").at("email").as_string()) : std::string();
  }
  void make_account(std::string_view email, bool verified, std::vector<std::string> roles = {}) {
    EXPECT_TRUE(auth::add_user(app().get<auth::Auth>(), Email::parse(email).value(),
                               auth::NewPassword::parse(password).value(), "", std::move(roles), verified,
                               clock().now()));
  }
  /// Signs the browser in with the password.
  void sign_in_with_password(std::string_view email) {
    EXPECT_EQ(browse(http::Method::post, "/auth/session", boost::json::object{{"email", email}, {"password", password}})
                  .status,
              200);
  }

  FakeOpenId upstream;
  QueryMap cookies;
  QueryMap asked;  // what the last authorization request said
};

}  // namespace voyages::tests
