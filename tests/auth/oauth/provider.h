#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/oauth/clients/client.h"
#include "auth/oauth/form.h"
#include "base/encoding.h"
#include "base/uuid.h"
#include "crypto/token.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {

/// Parameters of an OAuth request, in their order.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// The parameters with some set anew; an empty value takes one away.
inline Parameters with(Parameters parameters, const Parameters& changes) {
  for (const auto& change : changes) {
    std::erase_if(parameters, [&](const auto& pair) { return pair.first == change.first; });
    if (!change.second.empty()) parameters.push_back(change);
  }
  return parameters;
}

inline const std::string test_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";  // RFC 7636 appendix B
inline std::string challenge_of(std::string_view verifier) { return to_base64url(crypto::sha256(verifier)); }

/// A client that is in the table, and its secret.
struct TestClient : auth::oauth::Client {
  static constexpr std::string_view secret = "a-client-of-the-tests-keeps-this-well";
};

/// What a client of the tests is, unless the test says otherwise: confidential, the operator's own, with all grants.
inline TestClient test_client(std::string_view name = "A site") {
  TestClient client;
  client.client_name = name;
  client.secret_hash = crypto::sha256(TestClient::secret);
  client.redirect_uris = {"https://site.example/callback"};
  client.grant_types = {"authorization_code", "refresh_token", "client_credentials",
                        "urn:ietf:params:oauth:grant-type:device_code"};
  client.scopes = {"openid", "profile", "email", "roles", "offline_access"};
  client.first_party = true;
  return client;
}

/// Puts it into the table, under a new id when it has none.
inline TestClient add_client(Scenario& scenario, TestClient client = test_client()) {
  const auto now = scenario.clock().now();
  if (client.client_id.empty()) client.client_id = new_uuid7(now);
  if (client.is_public()) client.secret_hash.clear();
  client.created_at = client.updated_at = now;
  const store::Write put = store::Put{to_item(client)};
  EXPECT_TRUE(scenario.table().write({&put, 1}));
  return client;
}

inline TestClient add_public_client(Scenario& scenario) {
  auto client = test_client("An app");
  client.token_endpoint_auth_method = "none";
  return add_client(scenario, std::move(client));
}

/// The parameter of a URL's query, decoded; nothing when it has none of this name.
inline std::optional<std::string> query_parameter(std::string_view url, std::string_view name) {
  const auto mark = url.find('?');
  if (mark == std::string_view::npos) return std::nullopt;
  const auto pairs = http::parse_query(url.substr(mark + 1));
  if (!pairs) return std::nullopt;
  const auto found = std::ranges::find(*pairs, name, &std::pair<std::string, std::string>::first);
  if (found == pairs->end()) return std::nullopt;
  return found->second;
}

/// A browser: it keeps cookies, and sends with them what tells our own pages from those of others.
class Browser {
 public:
  explicit Browser(Scenario& scenario) : scenario_(scenario) {}

  http::Response send(http::Request request) {
    std::string cookies;
    for (const auto& [name, value] : jar) cookies += (cookies.empty() ? "" : "; ") + name + '=' + value;
    if (!cookies.empty()) request.headers.add("Cookie", cookies);
    request.headers.add("User-Agent", "test browser");
    request.peer_ip = scenario_.client_ip;
    auto response = scenario_.app().front_door().handle(request);
    for (const auto& field : response.headers) {
      if (equal_ignoring_case(field.name, "Set-Cookie")) keep(field.value);
    }
    return response;
  }
  /// Follows a link, from whatever page.
  http::Response get(std::string target) { return send({.method = http::Method::get, .target = std::move(target)}); }
  /// Sends a form, from whatever page.
  http::Response submit(std::string target, const Parameters& parameters) {
    http::Request request{.method = http::Method::post, .target = std::move(target)};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.body = auth::oauth::form_encode(parameters);
    return send(std::move(request));
  }
  /// Calls the API from a page of ours.
  Answer call(http::Method method, std::string target, std::optional<boost::json::object> body = std::nullopt) {
    http::Request request{.method = method, .target = std::move(target)};
    request.headers.add("Sec-Fetch-Site", "same-origin");
    if (body) {
      request.headers.add("Content-Type", "application/json");
      request.body = boost::json::serialize(*body);
    }
    const auto response = send(std::move(request));
    const bool is_json = response.headers.get("Content-Type").find("json") != std::string_view::npos;
    return {response.status, response.headers, is_json ? boost::json::parse(response.content()) : boost::json::value()};
  }
  Answer post(std::string target, boost::json::object body) {
    return call(http::Method::post, std::move(target), std::move(body));
  }
  void sign_in(std::string_view email) {
    const auto answer = post("/auth/session", {{"email", email}, {"password", Scenario::password}});
    EXPECT_EQ(answer.status, 200);
  }

  std::map<std::string, std::string> jar;

 private:
  void keep(const std::string& set_cookie) {
    const auto equals = set_cookie.find('=');
    const auto name = set_cookie.substr(0, equals);
    const auto value = set_cookie.substr(equals + 1, set_cookie.find(';') - equals - 1);
    value.empty() ? (void)jar.erase(name) : (void)(jar[name] = value);
  }

  Scenario& scenario_;
};

/// The parameters of a sound authorization request, with changes.
inline Parameters authorization_request(const TestClient& client, const Parameters& changes = {}) {
  return with({{"response_type", "code"},
               {"client_id", client.client_id},
               {"redirect_uri", client.redirect_uris.at(0)},
               {"scope", "openid profile email"},
               {"state", "af0ifjsldkj"},
               {"nonce", "n-0S6_WzA2Mj"},
               {"code_challenge", challenge_of(test_verifier)},
               {"code_challenge_method", "S256"}},
              changes);
}

inline http::Response authorize(Browser& browser, const TestClient& client, const Parameters& changes = {}) {
  return browser.get("/oauth/authorize?" + auth::oauth::form_encode(authorization_request(client, changes)));
}

/// The code that a signed-in browser brings to the client.
inline std::string code_for(Browser& browser, const TestClient& client, const Parameters& changes = {}) {
  const auto response = authorize(browser, client, changes);
  EXPECT_EQ(response.status, 303);
  const auto code = query_parameter(response.headers.get("Location"), "code");
  EXPECT_TRUE(code) << response.headers.get("Location");
  return code.value_or("");
}

/// A client's own call, such as of the token endpoint, with its secret when it has one.
inline Answer call_as(Scenario& scenario, const TestClient& client, std::string target, const Parameters& parameters,
                      const http::Headers& more = {}) {
  http::Request request{.method = http::Method::post, .target = std::move(target), .headers = more};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  if (!client.is_public()) {
    request.headers.add("Authorization",
                        "Basic " + to_base64(client.client_id + ':' + std::string(TestClient::secret)));
  }
  request.body =
      auth::oauth::form_encode(client.is_public() ? with(parameters, {{"client_id", client.client_id}}) : parameters);
  request.peer_ip = scenario.client_ip;
  return scenario.send(request);
}

/// The parameters that fetch a code's tokens.
inline Parameters code_grant(const TestClient& client, std::string_view code) {
  return {{"grant_type", "authorization_code"},
          {"code", std::string(code)},
          {"redirect_uri", client.redirect_uris.at(0)},
          {"code_verifier", test_verifier}};
}

}  // namespace voyages::tests
