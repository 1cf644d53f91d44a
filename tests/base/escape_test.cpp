#include "base/escape.h"

#include <gtest/gtest.h>

namespace voyages::tests {
namespace {

TEST(PercentEncode, LeavesTheUnreservedCharactersAlone) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b+&=/\xc3\xa9"), "a%20b%2B%26%3D%2F%C3%A9");
}

TEST(PercentEncode, LeavesAloneWhatIsToBeKept) {
  EXPECT_EQ(percent_encode("/a b/c", "/"), "/a%20b/c");
  EXPECT_EQ(percent_encode("/a"), "%2Fa");
}

TEST(EscapeHtml, WritesWhatMarkupIsMadeOfAsEntities) {
  EXPECT_EQ(escape_html("<a href=\"x\">it's & so</a>"), "&lt;a href=&quot;x&quot;&gt;it&#39;s &amp; so&lt;/a&gt;");
}

}  // namespace
}  // namespace voyages::tests
