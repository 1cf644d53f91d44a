#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "auth/oauth/authorize/authorization_code.h"
#include "crypto/jose.h"
#include "tests/auth/oauth/provider.h"

namespace voyages::tests {

/// A client whose ID tokens are signed by the key that is there: to make an RSA key takes a second.
inline TestClient test_site() {
  auto client = test_client();
  client.id_token_signed_response_alg = "EdDSA";
  return client;
}
inline TestClient add_site(Scenario& scenario) { return add_client(scenario, test_site()); }
inline TestClient add_app(Scenario& scenario) {
  auto client = test_site();
  client.token_endpoint_auth_method = "none";
  return add_client(scenario, client);
}

/// A server with a user who is signed in by a browser, as far as a token endpoint cares.
struct Provider {
  explicit Provider(app::Config config = Scenario::test_config()) : scenario(std::move(config)) {
    EXPECT_EQ(scenario.register_user(ada).status, 201);
    browser.sign_in(ada);
    const auto& cookie = browser.jar.at("voyages_session");
    user_id = cookie.substr(0, 36);
    session_id = cookie.substr(37, 36);
  }

  /// What the person allowed this client, with changes made by the caller.
  [[nodiscard]] auth::oauth::AuthorizationCode allowed(const TestClient& client) {
    const auto now = scenario.clock().now();
    return {.client_id = client.client_id,
            .user_id = user_id,
            .session_id = session_id,
            .session_ends_at = now + std::chrono::days(90),
            .redirect_uri = client.redirect_uris.at(0),
            .code_challenge = challenge_of(test_verifier),
            .scope = "openid profile email",
            .nonce = "n-0S6_WzA2Mj",
            .auth_time = now,
            .amr = {"pwd"}};
  }
  std::string give(const auth::oauth::AuthorizationCode& code) {
    auto made = auth::oauth::new_code(code, scenario.clock().now());
    const store::Write write = std::move(made.put);
    EXPECT_TRUE(scenario.table().write({&write, 1}));
    return std::string(made.text.expose());
  }
  std::string give_code(const TestClient& client) { return give(allowed(client)); }

  Answer token(const TestClient& client, const Parameters& parameters, const http::Headers& more = {}) {
    return call_as(scenario, client, "/oauth/token", parameters, more);
  }
  Answer redeem(const TestClient& client, std::string_view code, const Parameters& changes = {},
                const http::Headers& more = {}) {
    return token(client, with(code_grant(client, code), changes), more);
  }
  /// Tokens of a code with this scope.
  Answer sign_in(const TestClient& client, std::string_view scope = "openid profile email") {
    auto code = allowed(client);
    code.scope = scope;
    return redeem(client, give(code));
  }
  /// A client that is a resource: it takes tokens of others.
  TestClient add_api(std::string_view resource) {
    auto api = test_site();
    api.resources = {std::string(resource)};
    return add_client(scenario, std::move(api));
  }
  /// Tokens of a code for this resource.
  Answer sign_in_at(const TestClient& client, std::string_view resource) {
    auto code = allowed(client);
    code.resources = {std::string(resource)};
    return redeem(client, give(code));
  }
  Answer refresh(const TestClient& client, std::string_view refresh_token, const Parameters& more = {},
                 const http::Headers& headers = {}) {
    return token(client, with({{"grant_type", "refresh_token"}, {"refresh_token", std::string(refresh_token)}}, more),
                 headers);
  }
  Answer userinfo(std::string_view access_token) { return scenario.get("/oauth/userinfo", access_token); }
  Answer introspect(const TestClient& client, std::string_view token) {
    return call_as(scenario, client, "/oauth/introspect", {{"token", std::string(token)}});
  }
  bool is_active(const TestClient& client, std::string_view token) {
    return introspect(client, token).body.at("active").as_bool();
  }
  Answer revoke(const TestClient& client, std::string_view token) {
    return call_as(scenario, client, "/oauth/revoke", {{"token", std::string(token)}});
  }

  Scenario scenario;
  Browser browser{scenario};
  std::string user_id;
  std::string session_id;
};

/// What a JWT of ours says, its signature checked against the published keys.
inline boost::json::object jwt_claims(Scenario& scenario, const std::string& jwt) {
  const auto jws = crypto::parse_jws(jwt).value();
  const auto published = scenario.get("/.well-known/jwks.json");
  for (const auto& jwk : published.body.at("keys").as_array()) {
    const auto key = crypto::Jwk::parse(jwk.as_object()).value();
    if (key.kid() != jws.text("kid")) continue;
    EXPECT_TRUE(crypto::verify_jws(jws, key));
    return boost::json::parse(jws.payload).as_object();
  }
  ADD_FAILURE() << "no published key has this kid";
  return {};
}

inline std::string text_of(const boost::json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// An OAuth error, as `status error`.
inline std::string refusal(const Answer& answer) {
  EXPECT_TRUE(answer.body.is_object());
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
  EXPECT_FALSE(answer.body.as_object().contains("access_token"));
  EXPECT_FALSE(answer.text("error_description").empty());
  return std::to_string(answer.status) + ' ' + answer.text("error");
}

/// A key that a client proves to have (RFC 9449).
class ProofKey {
 public:
  explicit ProofKey(Scenario& scenario, crypto::Algorithm algorithm = crypto::Algorithm::ES256)
      : scenario_(scenario), key_(crypto::Jwk::generate(algorithm)) {}

  [[nodiscard]] std::string thumbprint() const { return key_.thumbprint(); }
  [[nodiscard]] const crypto::Jwk& key() const { return key_; }

  /// The claims of a sound proof.
  [[nodiscard]] boost::json::object claims(std::string_view method, std::string_view path,
                                           std::string_view access_token = {}) const {
    boost::json::object claims{{"jti", to_base64url(crypto::random_bytes(16))},
                               {"htm", method},
                               {"htu", scenario_.app().get<auth::Auth>().options.public_url + std::string(path)},
                               {"iat", to_epoch_s(scenario_.clock().now())}};
    if (!access_token.empty()) claims["ath"] = to_base64url(crypto::sha256(access_token));
    return claims;
  }
  [[nodiscard]] boost::json::object header() const {
    return {{"typ", "dpop+jwt"}, {"alg", crypto::to_string(key_.algorithm())}, {"jwk", key_.to_public_jwk()}};
  }
  [[nodiscard]] std::string sign(const boost::json::object& header, const boost::json::object& claims) const {
    auto proof = to_base64url(boost::json::serialize(header)) + '.' + to_base64url(boost::json::serialize(claims));
    const auto signature = key_.sign(proof);
    return proof + '.' + to_base64url(signature);
  }

  /// Header fields with a fresh proof.
  [[nodiscard]] http::Headers for_token() const { return field(sign(header(), claims("POST", "/oauth/token"))); }
  [[nodiscard]] http::Headers for_userinfo(const std::string& access_token) const {
    auto headers = field(sign(header(), claims("GET", "/oauth/userinfo", access_token)));
    headers.add("Authorization", "DPoP " + access_token);
    return headers;
  }
  static http::Headers field(std::string proof) {
    http::Headers headers;
    headers.add("DPoP", std::move(proof));
    return headers;
  }

 private:
  Scenario& scenario_;
  crypto::Jwk key_;
};

inline Answer userinfo_with(Scenario& scenario, const http::Headers& headers) {
  return scenario.send({.method = http::Method::get, .target = "/oauth/userinfo", .headers = headers});
}

}  // namespace voyages::tests
