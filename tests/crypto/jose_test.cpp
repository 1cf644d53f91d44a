#include "crypto/jose.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/encoding.h"
#include "base/strict_json.h"
#include "tests/crypto/jws_error.h"

namespace voyages::crypto {
namespace {

namespace json = boost::json;

constexpr Algorithm all[] = {Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256, Algorithm::HS256};

// Making an RSA key takes a while, so that the tests share one of each.
const Jwk& key_for(Algorithm algorithm) {
  static const Jwk keys[] = {Jwk::generate(all[0]), Jwk::generate(all[1]), Jwk::generate(all[2]),
                             Jwk::generate(all[3])};
  return keys[static_cast<std::size_t>(algorithm)];
}

json::object private_jwk(const Jwk& key) {
  const Secret text = key.to_private_jwk();
  return parse_strict_json(text.expose()).value().as_object();
}

std::optional<JoseError> key_error(const json::object& jwk) {
  const auto key = Jwk::parse(jwk);
  return key ? std::nullopt : std::optional(key.error());
}

std::string signed_with_header(std::string_view header, const Jwk& key) {
  const std::string input = to_base64url(header) + "." + to_base64url("payload");
  return input + "." + to_base64url(key.sign(input));
}

TEST(Jws, OfEveryAlgorithmVerifiesWithItsKeyAlone) {
  for (const Algorithm algorithm : all) {
    const std::string jws = sign_jws("payload", key_for(algorithm), "at+jwt");
    EXPECT_EQ(verify_jws(jws, key_for(algorithm)).value(), "payload");
    EXPECT_EQ(parse_jws(jws)->text("typ"), "at+jwt");
    EXPECT_EQ(parse_jws(jws)->text("kid"), key_for(algorithm).kid());
    for (const Algorithm other : all) {
      EXPECT_EQ(jws_error(jws, key_for(other)),
                other == algorithm ? std::nullopt : std::optional(JoseError::algorithm_mismatch));
    }
  }
  EXPECT_EQ(jws_error(sign_jws("payload", Jwk::generate(Algorithm::EdDSA)), key_for(Algorithm::EdDSA)),
            JoseError::bad_signature);
  EXPECT_EQ(jws_error(sign_jws("payload", Jwk::generate(Algorithm::ES256)), key_for(Algorithm::ES256)),
            JoseError::bad_signature);
  EXPECT_EQ(jws_error(sign_jws("payload", Jwk::generate(Algorithm::HS256)), key_for(Algorithm::HS256)),
            JoseError::bad_signature);
}

TEST(Jws, LeavesAnEmptyTypAway) {
  const auto jws = parse_jws(sign_jws("", key_for(Algorithm::EdDSA)));
  ASSERT_TRUE(jws);
  EXPECT_FALSE(jws->header.contains("typ"));
  EXPECT_EQ(jws->payload, "");
}

TEST(Jws, RefusesEveryChangedSignatureByteAndEveryOtherLength) {
  for (const Algorithm algorithm : all) {
    const Jwk& key = key_for(algorithm);
    const std::string signature = key.sign("input");
    ASSERT_TRUE(key.verify("input", signature));
    EXPECT_FALSE(key.verify("inpux", signature));
    for (std::size_t i = 0; i < signature.size(); ++i) {
      std::string changed = signature;
      changed[i] = static_cast<char>(changed[i] ^ 1);
      EXPECT_FALSE(key.verify("input", changed)) << to_string(algorithm) << i;
      EXPECT_FALSE(key.verify("input", signature.substr(0, i))) << to_string(algorithm) << i;
    }
    EXPECT_FALSE(key.verify("input", signature + '\0'));
    EXPECT_FALSE(key.verify("input", '\0' + signature));
    EXPECT_FALSE(key.verify("input", std::string(signature.size(), '\0')));
    EXPECT_FALSE(key.verify("input", std::string(signature.size(), '\xff')));
  }
}

// The classic: a public key's text used as the secret of an HMAC.
TEST(Jws, IsNotFooledByThePublicKeyAsAnHmacSecret) {
  for (const Algorithm algorithm : {Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256}) {
    const std::string text = json::serialize(key_for(algorithm).to_public_jwk());
    const Jwk forger = Jwk::parse({{"kty", "oct"}, {"k", to_base64url(text)}}).value();
    EXPECT_EQ(jws_error(sign_jws("payload", forger), key_for(algorithm)), JoseError::algorithm_mismatch);
    EXPECT_EQ(jws_error(signed_with_header(R"({"alg":")" + std::string(to_string(algorithm)) + R"("})", forger),
                        key_for(algorithm)),
              JoseError::bad_signature);
  }
}

TEST(Jws, RefusesHeadersThatMayMeanSomethingElseToSomebodyElse) {
  const Jwk& key = key_for(Algorithm::EdDSA);
  const auto error = [&](std::string_view header) { return jws_error(signed_with_header(header, key), key); };
  EXPECT_EQ(error(R"({"alg":"EdDSA"})"), std::nullopt);
  EXPECT_EQ(error(R"({"alg":"EdDSA","alg":"EdDSA"})"), JoseError::malformed);
  EXPECT_EQ(error(R"({"alg":"none","\u0061lg":"EdDSA"})"), JoseError::malformed);
  EXPECT_EQ(error(R"({"alg":"EdDSA","jwk":{"x":1,"x":2}})"), JoseError::malformed);
  EXPECT_EQ(error(R"({"alg":"EdDSA","crit":["exp"],"exp":1})"), JoseError::critical_header);
  EXPECT_EQ(error(R"({"alg":"EdDSA","crit":[]})"), JoseError::critical_header);
  EXPECT_EQ(error(R"({"alg":"EdDSA","b64":false})"), JoseError::critical_header);
  EXPECT_EQ(error(R"({"alg":"EdDSA"} )"), std::nullopt);
  EXPECT_EQ(error(R"({"alg":"EdDSA"}x)"), JoseError::malformed);
  EXPECT_EQ(error(R"(["EdDSA"])"), JoseError::malformed);
  EXPECT_EQ(error(""), JoseError::malformed);
  for (const char* header :
       {R"({})", R"({"alg":null})", R"({"alg":["EdDSA"]})", R"({"alg":"eddsa"})", R"({"alg":"none"})",
        R"({"alg":"NonE"})", R"({"alg":"PS256"})", R"({"alg":"EdDSA "})", R"({"alg":"EdDSA\u0000"})"}) {
    EXPECT_EQ(error(header), JoseError::unknown_algorithm) << header;
  }
}

TEST(Jws, RefusesEverySpellingButTheOne) {
  const Jwk& key = key_for(Algorithm::EdDSA);
  const std::string jws = sign_jws("payload", key);
  const std::vector<std::string> others{jws + "=", jws + ".",  "." + jws, jws + "..",
                                        " " + jws, jws + "\n", "",        ".",
                                        "..",      "...",      "a.b",     jws.substr(0, jws.rfind('.'))};
  for (const std::string& other : others) {
    EXPECT_EQ(jws_error(other, key), JoseError::malformed) << other;
  }
  EXPECT_EQ(jws_error(jws.substr(0, jws.rfind('.') + 1), key), JoseError::bad_signature);
}

TEST(Jws, RefusesMoreThan16KBBeforeReadingIt) {
  const Jwk& key = key_for(Algorithm::EdDSA);
  EXPECT_TRUE(verify_jws(sign_jws(std::string(12'000, 'x'), key), key));
  EXPECT_EQ(jws_error(sign_jws(std::string(13'000, 'x'), key), key), JoseError::malformed);
}

TEST(Jwk, SurvivesItsPrivateText) {
  for (const Algorithm algorithm : all) {
    const Jwk& key = key_for(algorithm);
    const Jwk read = Jwk::parse(private_jwk(key)).value();
    EXPECT_EQ(read.algorithm(), algorithm);
    EXPECT_EQ(read.kid(), key.kid());
    EXPECT_EQ(read.thumbprint(), key.thumbprint());
    EXPECT_TRUE(read.is_private());
    EXPECT_TRUE(key.verify("input", read.sign("input")));
  }
}

TEST(Jwk, PublishesNoPrivateMember) {
  for (const Algorithm algorithm : {Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256}) {
    const Jwk& key = key_for(algorithm);
    const json::object jwk = key.to_public_jwk();
    for (const char* member : {"d", "p", "q", "dp", "dq", "qi", "k"}) EXPECT_FALSE(jwk.contains(member)) << member;
    EXPECT_EQ(jwk.at("use"), "sig");
    EXPECT_EQ(jwk.at("alg"), json::value(to_string(algorithm)));
    EXPECT_EQ(jwk.at("kid"), json::value(key.kid()));
    const Jwk read = Jwk::parse(jwk).value();
    EXPECT_FALSE(read.is_private());
    EXPECT_TRUE(read.verify("input", key.sign("input")));
    EXPECT_THROW((void)read.sign("input"), std::logic_error);
    EXPECT_THROW((void)read.to_private_jwk(), std::logic_error);
  }
  EXPECT_THROW((void)key_for(Algorithm::HS256).to_public_jwk(), std::logic_error);
}

TEST(Jwk, RefusesAPrivatePartOfAnotherKey) {
  for (const Algorithm algorithm : {Algorithm::EdDSA, Algorithm::ES256}) {
    json::object jwk = private_jwk(key_for(algorithm));
    jwk["d"] = private_jwk(Jwk::generate(algorithm)).at("d");
    EXPECT_EQ(key_error(jwk), JoseError::malformed) << to_string(algorithm);
  }
  json::object rsa = private_jwk(key_for(Algorithm::RS256));
  std::swap(rsa.at("p"), rsa.at("dp"));
  EXPECT_EQ(key_error(rsa), JoseError::malformed);
  rsa = private_jwk(key_for(Algorithm::RS256));
  rsa.at("n") = private_jwk(Jwk::generate(Algorithm::RS256)).at("n");
  EXPECT_EQ(key_error(rsa), JoseError::malformed);
}

TEST(Jwk, RefusesMembersOfTheWrongShape) {
  for (const Algorithm algorithm : all) {
    const json::object good = private_jwk(key_for(algorithm));
    ASSERT_EQ(key_error(good), std::nullopt);
    for (const auto& member : good) {
      const std::string name(member.key());
      for (const json::value& wrong :
           {json::value(1), json::value(nullptr), json::value(""), json::value("="), json::value("AAAA")}) {
        json::object jwk = good;
        jwk[name] = wrong;
        const bool is_good_kid = name == "kid" && (wrong == "AAAA" || wrong == "=");  // any text will do
        EXPECT_EQ(key_error(jwk) == std::nullopt, is_good_kid) << name << wrong;
      }
      json::object jwk = good;
      jwk.erase(name);
      // Without `d` what is left is the public key, except that an RSA key's primes then mean nothing.
      const bool optional = name == "alg" || name == "use" || name == "kid" || name == "d";
      EXPECT_EQ(key_error(jwk) == std::nullopt, optional) << to_string(algorithm) << name;
    }
  }
}

TEST(Jwk, RefusesPointsOffTheCurveAndOfSmallOrder) {
  json::object p256 = key_for(Algorithm::ES256).to_public_jwk();
  std::swap(p256.at("x"), p256.at("y"));
  EXPECT_EQ(key_error(p256), JoseError::malformed);
  p256["x"] = to_base64url(std::string(32, '\0'));
  p256["y"] = to_base64url(std::string(32, '\0'));
  EXPECT_EQ(key_error(p256), JoseError::malformed);
  json::object ed25519 = key_for(Algorithm::EdDSA).to_public_jwk();
  for (const char first : {'\0', '\1'}) {
    std::string point(32, '\0');
    point[0] = first;
    ed25519["x"] = to_base64url(point);
    EXPECT_EQ(key_error(ed25519), JoseError::malformed);
  }
}

TEST(Jwk, RefusesWeakKeysAndKeysForSomethingElse) {
  EXPECT_EQ(key_error({{"kty", "oct"}, {"k", to_base64url(std::string(31, 'k'))}}), JoseError::unsupported_key);
  EXPECT_EQ(key_error({{"kty", "oct"}, {"k", to_base64url(std::string(32, 'k'))}}), std::nullopt);
  EXPECT_EQ(key_error({{"kty", "RSA"}, {"e", "AQAB"}, {"n", to_base64url(std::string(255, '\xff'))}}),
            JoseError::unsupported_key);
  EXPECT_EQ(key_error({{"kty", "RSA"}, {"e", "AQAB"}, {"n", to_base64url(std::string(1025, '\xff'))}}),
            JoseError::malformed);
  json::object rsa = key_for(Algorithm::RS256).to_public_jwk();
  for (const char* exponent : {"AQ", "AA", "Ag", "AAEAAQ"}) {  // 1, 0, 2, and 65537 with a leading zero
    rsa["e"] = exponent;
    EXPECT_EQ(key_error(rsa), JoseError::malformed) << exponent;
  }
  json::object jwk = key_for(Algorithm::EdDSA).to_public_jwk();
  jwk["use"] = "enc";
  EXPECT_EQ(key_error(jwk), JoseError::unsupported_key);
  jwk["use"] = "sig";
  jwk["key_ops"] = json::array{"encrypt"};
  EXPECT_EQ(key_error(jwk), JoseError::unsupported_key);
  jwk["key_ops"] = json::array{"verify"};
  EXPECT_EQ(key_error(jwk), std::nullopt);
  jwk["alg"] = "ES256";
  EXPECT_EQ(key_error(jwk), JoseError::unsupported_key);
  jwk["alg"] = "EdDSA";
  jwk["crv"] = "Ed448";
  EXPECT_EQ(key_error(jwk), JoseError::unsupported_key);
  EXPECT_EQ(key_error({}), JoseError::malformed);
  EXPECT_EQ(key_error({{"kty", "AKP"}}), JoseError::unsupported_key);
}

TEST(Jwk, SignsAndVerifiesOnManyThreadsAtOnce) {
  for (const Algorithm algorithm : all) {
    const Jwk key = key_for(algorithm);
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([key] {
        for (int j = 0; j < 10; ++j) EXPECT_TRUE(verify_jws(sign_jws("payload", key), key));
      });
    }
  }
}

TEST(Algorithm, NamesAreExact) {
  for (const Algorithm algorithm : all) EXPECT_EQ(parse_algorithm(to_string(algorithm)), algorithm);
  for (const char* name : {"", "none", "None", "es256", "ES256 ", "HS512", "PS256"}) {
    EXPECT_EQ(parse_algorithm(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace voyages::crypto
