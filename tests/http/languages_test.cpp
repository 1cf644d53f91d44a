#include "http/languages.h"

#include <gtest/gtest.h>

namespace voyages::tests {
namespace {

using Languages = std::vector<std::string>;

TEST(Languages, AreThoseThatAreAcceptedTheBestFirst) {
  EXPECT_EQ(http::accepted_languages("de-AT,de;q=0.9, en;q=0.8"), (Languages{"de", "de", "en"}));
  EXPECT_EQ(http::accepted_languages("en;q=0.2,DE;q=0.7,fr ; q=1.0"), (Languages{"fr", "de", "en"}));
  EXPECT_EQ(http::accepted_languages("en;q=0,de;Q=0.001,fr;q=0.000"), (Languages{"de"}));
  EXPECT_EQ(http::accepted_languages("*"), (Languages{"*"}));
}

TEST(Languages, AreNoneWhereNothingCanBeRead) {
  EXPECT_EQ(http::accepted_languages(""), Languages());
  EXPECT_EQ(http::accepted_languages("de;q=,en;q=much,fr;level=1,it;q=nan;q=-1"), Languages());
}

}  // namespace
}  // namespace voyages::tests
