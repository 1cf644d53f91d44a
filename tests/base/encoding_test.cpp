#include "base/encoding.h"

#include <gtest/gtest.h>

namespace voyages {
namespace {

TEST(Encoding, RefusesASecondSpellingOfTheSameBase64urlBytes) {
  EXPECT_EQ(from_base64url("AA"), std::string(1, '\0'));
  EXPECT_EQ(from_base64url("AB"), std::nullopt);  // stray trailing bits
  EXPECT_EQ(from_base64url("AA=="), std::nullopt);
  EXPECT_EQ(from_base64url("A+/A"), std::nullopt);
  EXPECT_EQ(from_base64url("A"), std::nullopt);
}

TEST(Encoding, RoundTripsEveryLength) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    bytes += static_cast<char>(i);
  }
}

TEST(Encoding, TellsUtf8FromOtherBytes) {
  EXPECT_TRUE(is_utf8("z\xC3\xBC\xF0\x9F\x9A\x80"));
  EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // a surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(is_utf8("\xE2\x82"));          // cut short
}

TEST(Encoding, NormalisesToNfc) { EXPECT_EQ(to_nfc("e\xCC\x81"), "\xC3\xA9"); }

}  // namespace
}  // namespace voyages
