#include "crypto/token.h"

#include <gtest/gtest.h>

#include <set>

#include "base/encoding.h"
#include "base/uuid.h"

namespace voyages::crypto {
namespace {

const Time now = from_epoch_s(1'800'000'000);

TEST(Token, IsReadBackToWhatTheTableHolds) {
  const OpaqueToken token = new_token(now);
  EXPECT_TRUE(is_uuid7(token.id));
  EXPECT_EQ(token.text.size(), 80U);
  EXPECT_EQ(token.text.expose().substr(0, 37), token.id + ".");
  const auto presented = read_token(token.text.expose());
  ASSERT_TRUE(presented);
  EXPECT_EQ(presented->id, token.id);
  EXPECT_TRUE(equal_in_constant_time(presented->secret_hash, token.secret_hash));
  EXPECT_EQ(token.secret_hash.size(), 32U);
}

TEST(Token, KeepsItsSecretOutOfWhatIsStored) {
  const OpaqueToken token = new_token(now);
  const auto secret = from_base64url(token.text.expose().substr(37));
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->size(), 32U);
  EXPECT_EQ(token.secret_hash, sha256(*secret));
}

TEST(Token, IsNeverMadeTwice) {
  std::set<std::string> hashes;
  for (int i = 0; i < 1000; ++i) hashes.insert(new_token(now).secret_hash);
  EXPECT_EQ(hashes.size(), 1000U);
}

TEST(Token, RefusesEveryOtherForm) {
  const std::string good(new_token(now).text.expose());
  for (std::size_t length = 0; length < good.size(); ++length) EXPECT_FALSE(read_token(good.substr(0, length)));
  EXPECT_FALSE(read_token(good + "A"));
  EXPECT_FALSE(read_token(" " + good));
  EXPECT_FALSE(read_token(good + '\0'));
  const auto changed = [&](std::size_t at, char to) {
    std::string text = good;
    text[at] = to;
    return text;
  };
  EXPECT_FALSE(read_token(changed(14, '4')));  // a version 4 UUID
  EXPECT_FALSE(read_token(changed(0, 'A')));   // upper case: a second spelling of the id
  EXPECT_FALSE(read_token(changed(36, ':')));
  EXPECT_FALSE(read_token(changed(40, '+')));
  EXPECT_FALSE(read_token(changed(79, 'B')));  // stray trailing bits: a second spelling of the secret
  EXPECT_FALSE(read_token(changed(79, '=')));
}

TEST(Token, ChangesItsHashWithEveryCharacterOfTheSecret) {
  const OpaqueToken token = new_token(now);
  const std::string good(token.text.expose());
  for (std::size_t i = 37; i < good.size(); ++i) {
    std::string text = good;
    text[i] = text[i] == 'Q' ? 'A' : 'Q';
    const auto presented = read_token(text);
    ASSERT_TRUE(presented) << i;
    EXPECT_FALSE(equal_in_constant_time(presented->secret_hash, token.secret_hash)) << i;
  }
}

// FIPS 180-4's example.
TEST(Sha256, AnswersThePublishedDigest) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace voyages::crypto
