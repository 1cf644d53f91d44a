#include "auth/federation/key_set.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace voyages::auth::federation {
namespace {

using crypto::Algorithm;
using crypto::Jwk;

crypto::UnverifiedJws token_with(const boost::json::object& header) {
  static std::string text;
  text = to_base64url(boost::json::serialize(header)) + ".e30.AA";
  return crypto::parse_jws(text).value();
}
KeySet set_of(const boost::json::array& keys) { return KeySet::parse(boost::json::object{{"keys", keys}}).value(); }
boost::json::object jwk_of(const Jwk& key, std::optional<std::string> kid) {
  auto jwk = key.to_public_jwk();
  jwk.erase("kid");
  if (kid) jwk["kid"] = *kid;
  return jwk;
}

TEST(KeySet, FindsTheKeyByItsNameAndAlgorithm) {
  const auto first = Jwk::generate(Algorithm::ES256);
  const auto second = Jwk::generate(Algorithm::ES256);
  const auto keys = set_of({jwk_of(first, "a"), jwk_of(second, "b")});
  ASSERT_TRUE(keys.find(token_with({{"alg", "ES256"}, {"kid", "b"}})));
  EXPECT_EQ(keys.find(token_with({{"alg", "ES256"}, {"kid", "b"}}))->thumbprint(), second.thumbprint());
  EXPECT_FALSE(keys.find(token_with({{"alg", "ES256"}, {"kid", "c"}})));
  EXPECT_FALSE(keys.find(token_with({{"alg", "EdDSA"}, {"kid", "a"}})));
  EXPECT_FALSE(keys.find(token_with({{"alg", "none"}, {"kid", "a"}})));
}

TEST(KeySet, TakesATokenWithoutANameForItsOnlyKey) {
  const auto first = Jwk::generate(Algorithm::ES256);
  const auto second = Jwk::generate(Algorithm::EdDSA);
  EXPECT_TRUE(set_of({jwk_of(first, "a"), jwk_of(second, "b")}).find(token_with({{"alg", "ES256"}})));
  const auto third = Jwk::generate(Algorithm::ES256);
  EXPECT_FALSE(set_of({jwk_of(first, "a"), jwk_of(third, "b")}).find(token_with({{"alg", "ES256"}})));
  EXPECT_FALSE(set_of({jwk_of(first, "a"), jwk_of(third, "a")}).find(token_with({{"alg", "ES256"}, {"kid", "a"}})));
  EXPECT_FALSE(set_of({jwk_of(first, std::nullopt)}).find(token_with({{"alg", "ES256"}, {"kid", first.kid()}})));
}

TEST(KeySet, PassesOverWhatItCannotUse) {
  const auto good = Jwk::generate(Algorithm::ES256);
  auto for_encryption = jwk_of(Jwk::generate(Algorithm::ES256), "e");
  for_encryption["use"] = "enc";
  const boost::json::object shared{{"kty", "oct"}, {"k", to_base64url(std::string(32, 'k'))}, {"kid", "s"}};
  const auto keys = set_of({7, {{"kty", "unheard-of"}}, for_encryption, shared, jwk_of(good, "a")});
  EXPECT_TRUE(keys.find(token_with({{"alg", "ES256"}, {"kid", "a"}})));
  EXPECT_FALSE(keys.find(token_with({{"alg", "ES256"}, {"kid", "e"}})));
  EXPECT_FALSE(keys.find(token_with({{"alg", "HS256"}, {"kid", "s"}})));
}

TEST(KeySet, IsAnObjectWithAList) {
  EXPECT_FALSE(KeySet::parse(nullptr));
  EXPECT_FALSE(KeySet::parse(boost::json::array{}));
  EXPECT_FALSE(KeySet::parse(boost::json::object{{"keys", "none"}}));
  EXPECT_FALSE(KeySet::parse(boost::json::object{}));
  EXPECT_TRUE(KeySet::parse(boost::json::object{{"keys", boost::json::array()}}));
}

}  // namespace
}  // namespace voyages::auth::federation
