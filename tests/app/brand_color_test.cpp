#include "app/brand_color.h"

#include <gtest/gtest.h>

namespace voyages::app {
namespace {

TEST(BrandColor, IsWrittenWithThreeOrSixHexadecimalDigits) {
  EXPECT_EQ(Color::parse("#0b5c8f")->text(), "#0b5c8f");
  EXPECT_EQ(Color::parse("#0B5C8F")->text(), "#0b5c8f");
  EXPECT_EQ(Color::parse("#05a")->text(), "#0055aa");
}

TEST(BrandColor, IsNothingElse) {
  for (const auto* text : {"", "#", "0b5c8f", "#0b5c8", "#0b5c8f0", "#0b5c8g", "red", "#fff;}", "rgb(0,0,0)"})
    EXPECT_FALSE(Color::parse(text)) << text;
}

TEST(BrandColor, HasTheContrastRatiosOfTheGuidelines) {
  EXPECT_NEAR(contrast(*Color::parse("#000"), *Color::parse("#fff")), 21.0, 0.001);
  EXPECT_NEAR(contrast(*Color::parse("#777"), *Color::parse("#fff")), 4.48, 0.01);
  EXPECT_NEAR(contrast(*Color::parse("#abc"), *Color::parse("#abc")), 1.0, 0.001);
}

// The value of a variable in the rules; the light scheme's come first.
Color variable(std::string_view css, std::string_view name, bool dark) {
  const auto scheme = dark ? css.substr(css.find("@media")) : css;
  return Color::parse(scheme.substr(scheme.find(name) + name.size() + 2, 7)).value();
}

TEST(BrandColor, CanBeReadInBothSchemesWhateverItIs) {
  for (const auto* text : {"#ffffff", "#000000", "#ffff00", "#0b5c8f", "#ff0000", "#7f7f7f", "#00ff88"}) {
    const auto css = brand_color_css(*Color::parse(text));
    for (const bool dark : {false, true}) {
      const auto accent = variable(css, "--accent", dark);
      const auto page = *Color::parse(dark ? "#1a222a" : "#f7f8f9");
      EXPECT_GE(contrast(accent, page), 4.5) << text << css;
      EXPECT_GE(contrast(accent, variable(css, "--on-accent", dark)), 4.5) << text << css;
      EXPECT_GE(contrast(variable(css, "--accent-strong", dark), variable(css, "--on-accent", dark)), 4.5) << text;
    }
  }
}

TEST(BrandColor, StaysAsItIsWhereItCanBeRead) {
  const auto css = brand_color_css(*Color::parse("#0b5c8f"));
  EXPECT_EQ(variable(css, "--accent", false).text(), "#0b5c8f");
  EXPECT_NE(variable(css, "--accent", true).text(), "#0b5c8f");
}

}  // namespace
}  // namespace voyages::app
