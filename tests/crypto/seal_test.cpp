#include "crypto/seal.h"

#include <gtest/gtest.h>

namespace voyages::crypto {
namespace {

const MasterKey key = MasterKey::generate();

TEST(Seal, OpensWhatItSealed) {
  for (const std::size_t length : {0U, 1U, 31U, 32U, 10'000U}) {
    const std::string plain(length, 'x');
    const auto opened = key.open(key.seal(Secret(plain), "signing-key"), "signing-key");
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->expose(), plain);
  }
}

TEST(Seal, RefusesAnyChangedByte) {
  const std::string sealed = key.seal(Secret(std::string("a secret")), "signing-key");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = sealed;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(key.open(changed, "signing-key")) << i;
    }
  }
}

TEST(Seal, RefusesEveryTruncationAndAnythingAppended) {
  const std::string sealed = key.seal(Secret(std::string("a secret")), "signing-key");
  for (std::size_t length = 0; length < sealed.size(); ++length) {
    EXPECT_FALSE(key.open(sealed.substr(0, length), "signing-key")) << length;
  }
  EXPECT_FALSE(key.open(sealed + '\0', "signing-key"));
}

TEST(Seal, RefusesAnotherPurpose) {
  const std::string sealed = key.seal(Secret(std::string("a secret")), "signing-key");
  for (const char* purpose : {"", "signing-ke", "signing-key ", "SIGNING-KEY", "totp"}) {
    EXPECT_FALSE(key.open(sealed, purpose)) << purpose;
  }
}

TEST(Seal, RefusesAnotherKey) {
  const std::string sealed = key.seal(Secret(std::string("a secret")), "signing-key");
  EXPECT_FALSE(MasterKey::generate().open(sealed, "signing-key"));
}

TEST(Seal, NeverSealsTheSameWayTwice) {
  const Secret plain(std::string("a secret"));
  EXPECT_NE(key.seal(plain, "p"), key.seal(plain, "p"));
}

TEST(MasterKey, SurvivesItsText) {
  const Secret text = key.to_text();
  EXPECT_EQ(text.size(), 43U);
  const auto parsed = MasterKey::parse(text.expose());
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->open(key.seal(Secret(std::string("x")), "p"), "p"));
}

TEST(MasterKey, RefusesWhatIsNot32Bytes) {
  const std::string text(key.to_text().expose());
  EXPECT_FALSE(MasterKey::parse(""));
  EXPECT_FALSE(MasterKey::parse(text.substr(1)));
  EXPECT_FALSE(MasterKey::parse(text + "A"));
  EXPECT_FALSE(MasterKey::parse(text + "="));
  EXPECT_FALSE(MasterKey::parse(text.substr(1) + "/"));
  EXPECT_FALSE(MasterKey::parse(text + "\n"));
}

}  // namespace
}  // namespace voyages::crypto
