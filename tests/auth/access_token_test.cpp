#include "auth/access_token.h"

#include "base/encoding.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr std::string_view issuer = "https://id.example.com";

class AccessTokensTest : public testing::Test {
 protected:
  AccessTokensTest() : keys_(scenario_.table(), master_key_, crypto::Algorithm::ES256, now()) {}

  [[nodiscard]] Time now() { return scenario_.clock().now(); }
  static auth::AccessTokens::Options options() { return {.issuer = std::string(issuer)}; }
  http::Principal principal() {
    return {.user_id = "user", .session_id = "session", .email = "ada@example.com", .roles = {"editor"}};
  }
  std::string issue() {
    auto caller = principal();
    return std::string(tokens_.issue(caller, now()).expose());
  }
  json::object claims(std::string_view token) {
    return json::parse(crypto::parse_jws(token).value().payload).as_object();
  }
  // The claims, changed, under a right signature.
  std::string resign(const json::object& changes, std::string_view typ = "at+jwt") {
    auto made = claims(issue());
    for (const auto& change : changes) {
      if (change.value().is_null()) {
        made.erase(change.key());
      } else {
        made[change.key()] = change.value();
      }
    }
    return crypto::sign_jws(json::serialize(made), keys_.current(now()), typ);
  }
  // What `verify` says; empty: it holds.
  std::string verdict(std::string_view token) {
    const auto verified = tokens_.check(token, now());
    return verified ? "" : std::string(verified.error().code);
  }

  Scenario scenario_;
  // Another table's keys would do, but the scenario's are sealed under a key of its own: the partition is emptied
  // first.
  crypto::MasterKey master_key_ = [this] {
    const auto page = scenario_.table().query({.pk = "KEYS"});
    for (const auto& item : page.items) {
      const store::Write write = store::Delete{item.key};
      EXPECT_TRUE(scenario_.table().write({&write, 1}));
    }
    return crypto::MasterKey::generate();
  }();
  auth::SigningKeys keys_;
  auth::AccessTokens tokens_{keys_, options()};
};

TEST_F(AccessTokensTest, HaveTheClaimsOfRfc9068) {
  const auto token = issue();
  const auto jws = crypto::parse_jws(token).value();
  EXPECT_EQ(jws.text("typ"), "at+jwt");
  EXPECT_EQ(jws.text("alg"), "ES256");
  EXPECT_EQ(jws.text("kid"), keys_.current(now()).kid());
  const auto made = claims(token);
  EXPECT_EQ(made.at("iss").as_string(), issuer);
  EXPECT_EQ(made.at("aud").as_string(), issuer);
  EXPECT_EQ(made.at("sub"), "user");
  EXPECT_EQ(made.at("client_id"), "voyages");
  EXPECT_EQ(made.at("iat").as_int64(), to_epoch_s(now()));
  EXPECT_EQ(made.at("exp").as_int64(), to_epoch_s(now()) + 900);
  EXPECT_EQ(made.at("roles"), (json::array{"editor"}));
  EXPECT_NE(made.at("jti"), claims(issue()).at("jti"));
}

TEST_F(AccessTokensTest, NameTheCaller) {
  const auto verified = tokens_.check(issue(), now());
  ASSERT_TRUE(verified);
  EXPECT_EQ((*verified)->user_id, "user");
  EXPECT_EQ((*verified)->session_id, "session");
  EXPECT_EQ((*verified)->email, "ada@example.com");
  EXPECT_EQ((*verified)->roles, std::vector<std::string>{"editor"});
}

TEST_F(AccessTokensTest, HoldOnlyWithTheRightClaims) {
  const auto later = to_epoch_s(now()) + 61;
  EXPECT_EQ(verdict(resign({})), "");
  EXPECT_EQ(verdict(resign({}, "JWT")), "invalid_token");
  EXPECT_EQ(verdict(resign({}, "")), "invalid_token");
  const std::vector<std::pair<std::string, json::value>> faults{{"iss", "https://evil.example"},
                                                                {"iss", nullptr},
                                                                {"aud", "https://evil.example"},
                                                                {"aud", json::array{"https://evil.example"}},
                                                                {"aud", nullptr},
                                                                {"sub", ""},
                                                                {"sub", 7},
                                                                {"sid", nullptr},
                                                                {"jti", nullptr},
                                                                {"exp", nullptr},
                                                                {"exp", "2100-01-01"},
                                                                {"nbf", later},
                                                                {"nbf", "2000-01-01"},
                                                                {"roles", {"editor", 7}}};
  for (const auto& [name, value] : faults) {
    EXPECT_EQ(verdict(resign({{name, value}})), "invalid_token") << name << ' ' << json::serialize(value);
  }
  EXPECT_EQ(verdict(resign({{"aud", json::array{"https://api.example.com", issuer}}})), "");
  EXPECT_EQ(verdict(resign({{"nbf", later - 1}})), "");  // as older versions issued them
  EXPECT_EQ(verdict(resign({{"exp", to_epoch_s(now())}})), "expired_token");
}

TEST_F(AccessTokensTest, ExpireInTheCacheToo) {
  const auto token = issue();
  EXPECT_EQ(verdict(token), "");
  scenario_.clock().advance(899s);
  EXPECT_EQ(verdict(token), "");
  scenario_.clock().advance(1s);
  EXPECT_EQ(verdict(token), "expired_token");
  EXPECT_EQ(verdict(token), "expired_token");
}

TEST_F(AccessTokensTest, DieWithTheirKeyThoughRemembered) {
  const auto token = issue();
  EXPECT_EQ(verdict(token), "");
  keys_.rotate(crypto::Algorithm::EdDSA, 1h, now(), true);
  EXPECT_EQ(verdict(token), "invalid_token");
  EXPECT_EQ(verdict(issue()), "");
}

TEST_F(AccessTokensTest, LiveThroughAnOrdinaryRotation) {
  const auto token = issue();
  keys_.rotate(crypto::Algorithm::EdDSA, 1h, now(), false);
  EXPECT_EQ(verdict(token), "");
}

TEST_F(AccessTokensTest, AreSignedByOurAlgorithmWhateverTheySay) {
  const auto token = issue();
  const auto payload = crypto::parse_jws(token).value().payload;
  const auto key = keys_.current(now());
  const auto forge = [&](json::object header, std::string_view signature) {
    header["kid"] = key.kid();
    header["typ"] = "at+jwt";
    return to_base64url(json::serialize(header)) + '.' + to_base64url(payload) + '.' + to_base64url(signature);
  };
  EXPECT_EQ(verdict(forge({{"alg", "none"}}, "")), "invalid_token");
  EXPECT_EQ(verdict(forge({{"alg", "None"}}, "")), "invalid_token");
  EXPECT_EQ(verdict(forge({{"alg", "ES256"}}, "")), "invalid_token");
  EXPECT_EQ(verdict(forge({{"alg", "ES256"}}, std::string(64, '\0'))), "invalid_token");

  // The public key as an HMAC secret, in the forms that a careless library would use.
  const auto public_jwk = key.to_public_jwk();
  const auto x = from_base64url(std::string_view(public_jwk.at("x").as_string())).value();
  const auto y = from_base64url(std::string_view(public_jwk.at("y").as_string())).value();
  for (const auto& secret : {json::serialize(public_jwk), x + y, "\x04" + x + y, x}) {
    const auto hmac =
        crypto::Jwk::parse({{"kty", "oct"}, {"alg", "HS256"}, {"kid", key.kid()}, {"k", to_base64url(secret)}});
    ASSERT_TRUE(hmac);
    EXPECT_EQ(verdict(crypto::sign_jws(payload, *hmac, "at+jwt")), "invalid_token");
  }
}

TEST_F(AccessTokensTest, AreNotSignedByStrangers) {
  const auto payload = crypto::parse_jws(issue()).value().payload;
  const auto stranger = crypto::Jwk::generate(crypto::Algorithm::ES256);
  EXPECT_EQ(verdict(crypto::sign_jws(payload, stranger, "at+jwt")), "invalid_token");
  auto named_like_ours = json::parse(stranger.to_private_jwk().expose()).as_object();
  named_like_ours["kid"] = keys_.current(now()).kid();
  EXPECT_EQ(verdict(crypto::sign_jws(payload, crypto::Jwk::parse(named_like_ours).value(), "at+jwt")), "invalid_token");
}

TEST_F(AccessTokensTest, AreRefusedWhenDamaged) {
  const auto token = issue();
  for (std::size_t i = 0; i < token.size(); i += 7) {
    auto damaged = token;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(verdict(damaged), "invalid_token") << i;
  }
  for (const std::string_view text : {"", ".", "..", "a.b.c", "Bearer x"}) EXPECT_EQ(verdict(text), "invalid_token");
  EXPECT_EQ(verdict(token + "="), "invalid_token");
  EXPECT_EQ(verdict(std::string(20'000, 'a')), "invalid_token");
}

}  // namespace
}  // namespace voyages::tests
