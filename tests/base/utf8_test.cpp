#include "base/utf8.h"

#include <gtest/gtest.h>

namespace voyages {
namespace {

TEST(Utf8, RepairsWhatIsNotUtf8) {
  EXPECT_EQ(repair_utf8("a\xFF\xE2\x82z\xC3\xBC\xC3"), "a\uFFFD\uFFFD\uFFFDz\u00FC\uFFFD");
}

TEST(Utf8, BecomesOneLineOfABoundedLength) {
  EXPECT_EQ(to_one_line("\r\n a\r\n\tb\u0085c\u2028d\x7F"), "a b c d");
  EXPECT_EQ(to_one_line("a\nbc\u00FCd", 5), "a bc");
  EXPECT_EQ(to_one_line("a\nbc\u00FCd", 6), "a bc\u00FC");
  EXPECT_EQ(to_one_line("", 5), "");
  EXPECT_EQ(to_one_line(std::string(1000, 'x') + "\n", 5), "xxxxx");
}

}  // namespace
}  // namespace voyages
