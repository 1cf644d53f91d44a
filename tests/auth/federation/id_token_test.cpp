#include "auth/federation/id_token.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace voyages::auth::federation {
namespace {

using crypto::Algorithm;
using crypto::Jwk;

const Time now = from_ms(1'800'000'000'000);
constexpr Expected expected{"https://issuer.example", "our-client", "the-nonce"};

boost::json::object good_claims() {
  return {{"iss", "https://issuer.example"},
          {"sub", "ada"},
          {"aud", "our-client"},
          {"exp", 1'800'000'300},
          {"iat", 1'800'000'000},
          {"nonce", "the-nonce"}};
}

const Jwk& key() {
  static const auto made = Jwk::generate(Algorithm::EdDSA);
  return made;
}

// The fault's name; empty when the token is believed.
std::string fault_of(const std::string& token, const Jwk* with = &key()) {
  const auto parsed = crypto::parse_jws(token);
  EXPECT_TRUE(parsed);
  const auto claims = check_id_token(*parsed, with, expected, now);
  return claims ? std::string() : std::string(to_string(claims.error()));
}
std::string fault_of(const boost::json::object& claims) {
  return fault_of(crypto::sign_jws(boost::json::serialize(claims), key()));
}
std::string fault_with(std::string_view name, const boost::json::value& value) {
  auto claims = good_claims();
  claims[name] = value;
  return fault_of(claims);
}
std::string fault_without(std::string_view name) {
  auto claims = good_claims();
  claims.erase(name);
  return fault_of(claims);
}

TEST(IdToken, IsBelievedWhenEverythingIsRight) {
  EXPECT_EQ(fault_of(good_claims()), "");
  EXPECT_EQ(fault_with("azp", "our-client"), "");
  EXPECT_EQ(fault_with("aud", boost::json::array{"our-client"}), "");
  EXPECT_EQ(fault_with("exp", 1'800'000'300.5), "");
}

TEST(IdToken, IsSignedByOneOfThreeAlgorithms) {
  const auto text = boost::json::serialize(good_claims());
  for (const auto algorithm : {Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA}) {
    const auto signing = Jwk::generate(algorithm);
    EXPECT_EQ(fault_of(crypto::sign_jws(text, signing), &signing), "") << crypto::to_string(algorithm);
  }
  const auto shared = Jwk::generate(Algorithm::HS256);
  EXPECT_EQ(fault_of(crypto::sign_jws(text, shared), &shared), "algorithm_not_allowed");
  for (const auto* algorithm : {"none", "None", "HS256", "RS512", "PS256", ""}) {
    const auto header = boost::json::serialize(boost::json::object{{"alg", algorithm}});
    EXPECT_EQ(fault_of(to_base64url(header) + '.' + to_base64url(text) + '.'), "algorithm_not_allowed") << algorithm;
  }
}

TEST(IdToken, NeedsTheKeyThatSignedIt) {
  const auto token = crypto::sign_jws(boost::json::serialize(good_claims()), key());
  EXPECT_EQ(fault_of(token, nullptr), "unknown_key");
  const auto other = Jwk::generate(Algorithm::EdDSA);
  EXPECT_EQ(fault_of(token, &other), "bad_signature");
  const auto other_kind = Jwk::generate(Algorithm::ES256);
  EXPECT_EQ(fault_of(token, &other_kind), "bad_signature");
  auto claims = good_claims();
  claims["sub"] = "eve";
  const auto last_dot = token.rfind('.');
  const auto first_dot = token.find('.');
  EXPECT_EQ(
      fault_of(token.substr(0, first_dot + 1) + to_base64url(boost::json::serialize(claims)) + token.substr(last_dot)),
      "bad_signature");
}

TEST(IdToken, MustBeAnObjectWithoutDuplicateNames) {
  for (const auto* payload : {"[]", "\"x\"", "{", R"({"sub":"ada","sub":"eve"})"}) {
    EXPECT_EQ(fault_of(crypto::sign_jws(payload, key())), "not_claims") << payload;
  }
}

TEST(IdToken, MustComeFromTheIssuerToTheLetter) {
  for (const auto* issuer :
       {"https://issuer.example/", "https://ISSUER.example", "http://issuer.example", "https://evil.example", ""}) {
    EXPECT_EQ(fault_with("iss", issuer), "wrong_issuer") << issuer;
  }
  EXPECT_EQ(fault_without("iss"), "wrong_issuer");
}

TEST(IdToken, MustBeForUsAndForNobodyElse) {
  EXPECT_EQ(fault_with("aud", "another-client"), "wrong_audience");
  EXPECT_EQ(fault_with("aud", boost::json::array{}), "wrong_audience");
  EXPECT_EQ(fault_with("aud", boost::json::array{"another-client"}), "wrong_audience");
  EXPECT_EQ(fault_with("aud", boost::json::array{"our-client", "another-client"}), "wrong_audience");
  EXPECT_EQ(fault_with("aud", 7), "wrong_audience");
  EXPECT_EQ(fault_without("aud"), "wrong_audience");
  EXPECT_EQ(fault_with("azp", "another-client"), "wrong_authorized_party");
  EXPECT_EQ(fault_with("azp", nullptr), "wrong_authorized_party");
}

TEST(IdToken, IsGoodFromItsTimeToItsTimeAndAMinuteAround) {
  EXPECT_EQ(fault_with("exp", 1'800'000'000 - 59), "");
  EXPECT_EQ(fault_with("exp", 1'800'000'000 - 60), "expired");
  EXPECT_EQ(fault_with("exp", "1800000300"), "expired");
  EXPECT_EQ(fault_without("exp"), "expired");
  EXPECT_EQ(fault_with("iat", 1'800'000'060), "");
  EXPECT_EQ(fault_with("iat", 1'800'000'061), "not_yet_issued");
  EXPECT_EQ(fault_without("iat"), "not_yet_issued");
}

TEST(IdToken, IsNotBelievedBeforeItsTimeHasCome) {
  EXPECT_EQ(fault_with("nbf", 1'700'000'000), "");
  EXPECT_EQ(fault_with("nbf", 1'800'000'060), "");
  EXPECT_EQ(fault_with("nbf", 1'800'000'061), "not_yet_valid");
  EXPECT_EQ(fault_with("nbf", "1800000000"), "not_yet_valid");
}

TEST(IdToken, IsNoTokenThatTheSameKeySignedForAnotherPurpose) {
  const auto text = boost::json::serialize(good_claims());
  for (const auto* type : {"", "JWT", "jwt"}) EXPECT_EQ(fault_of(crypto::sign_jws(text, key(), type)), "") << type;
  for (const auto* type : {"at+jwt", "logout+jwt", "dpop+jwt", "JOSE"}) {
    EXPECT_EQ(fault_of(crypto::sign_jws(text, key(), type)), "wrong_type") << type;
  }
}

TEST(IdToken, AnswersTheNonceThatWasAsked) {
  EXPECT_EQ(fault_with("nonce", "another-nonce"), "wrong_nonce");
  EXPECT_EQ(fault_with("nonce", ""), "wrong_nonce");
  EXPECT_EQ(fault_without("nonce"), "wrong_nonce");
}

TEST(IdToken, NamesSomebody) {
  EXPECT_EQ(fault_with("sub", ""), "no_subject");
  EXPECT_EQ(fault_with("sub", 7), "no_subject");
  EXPECT_EQ(fault_with("sub", std::string(255, 'a').c_str()), "");
  EXPECT_EQ(fault_with("sub", std::string(256, 'a').c_str()), "no_subject");
  EXPECT_EQ(fault_without("sub"), "no_subject");
}

}  // namespace
}  // namespace voyages::auth::federation
