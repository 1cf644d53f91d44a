#include "app/branding.h"

#include <gtest/gtest.h>

#include "base/failure.h"
#include "tests/app/scratch.h"

namespace voyages::app {
namespace {

struct Brand {
  std::string color{};
  std::filesystem::path logo{};
  std::filesystem::path css{};
};

Config config_of(Brand brand) {
  Config config;
  config.brand_color = std::move(brand.color);
  config.brand_logo = std::move(brand.logo);
  config.brand_css = std::move(brand.css);
  return config;
}

// What the failure says, both sentences.
std::string failure_of(Brand brand) {
  try {
    load_branding(config_of(std::move(brand)));
  } catch (const Failure& failure) {
    return std::string(failure.what()) + ' ' + failure.next_step();
  }
  return "none";
}

TEST(Branding, IsOursWithoutSettings) {
  const auto branding = load_branding(config_of({}));
  EXPECT_EQ(branding.css, "");
  EXPECT_EQ(branding.logo, "");
}

TEST(Branding, PutsTheOperatorsRulesAfterTheColour) {
  const Scratch scratch;
  const auto branding =
      load_branding(config_of({.color = "#5a2d82", .css = scratch.write("own.css", "h1 { color: red }")}));
  EXPECT_LT(branding.css.find("--accent: #5a2d82"), branding.css.find("h1 { color: red }"));
  EXPECT_TRUE(branding.css.ends_with("h1 { color: red }"));
}

TEST(Branding, KnowsALogoByWhatItIs) {
  const Scratch scratch;
  const auto svg = load_branding(config_of({.logo = scratch.write("logo.png", "<?xml version='1.0'?><svg></svg>")}));
  EXPECT_EQ(svg.logo_type, "image/svg+xml");
  const auto png = load_branding(config_of({.logo = scratch.write("logo.svg", "\x89PNG\r\n\x1a\n...")}));
  EXPECT_EQ(png.logo_type, "image/png");
}

TEST(Branding, RefusesALogoThatIsNone) {
  const Scratch scratch;
  for (const auto* content : {"<!doctype html><script>alert(1)</script>", "GIF89a", "\xff<svg"}) {
    const auto said = failure_of({.logo = scratch.write("logo", content)});
    EXPECT_NE(said.find("is neither an SVG nor a PNG. Correct the setting brand_logo"), std::string::npos) << said;
  }
}

TEST(Branding, SaysWhichFileCannotBeRead) {
  const Scratch scratch;
  const auto missing = scratch.path() / "missing.css";
  EXPECT_EQ(failure_of({.css = missing}),
            missing.string() + " cannot be read. Correct the setting brand_css, or the file.");
  EXPECT_NE(failure_of({.css = scratch.path()}).find("cannot be read"), std::string::npos);
  EXPECT_NE(failure_of({.css = scratch.write("empty.css", "")}).find("is empty"), std::string::npos);
}

TEST(Branding, TakesFilesUpToTheirLimitAndNotAByteMore) {
  const Scratch scratch;
  EXPECT_EQ(load_branding(config_of({.css = scratch.write("most.css", std::string(64 * 1024, ' '))})).css.size(),
            64 * 1024);
  const auto said = failure_of({.css = scratch.write("more.css", std::string(64 * 1024 + 1, ' '))});
  EXPECT_NE(said.find("is larger than 64 KiB"), std::string::npos) << said;
}

}  // namespace
}  // namespace voyages::app
