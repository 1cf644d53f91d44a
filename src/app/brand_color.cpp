#include "app/brand_color.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace voyages::app {

namespace {

constexpr Color black{{0, 0, 0}};
constexpr Color white{{255, 255, 255}};

// frontend/style.css: of each scheme the background that text is hardest to read on.
constexpr Color light_page{{0xf7, 0xf8, 0xf9}};
constexpr Color dark_card{{0x1a, 0x22, 0x2a}};
constexpr Color dark_text{{0x0d, 0x1a, 0x24}};

// WCAG 2.2, success criterion 1.4.3: what text needs; a little more, for what the pages put a tint under.
constexpr double readable = 4.9;

// WCAG 2.2, "relative luminance".
double luminance(Color color) {
  const auto linear = [](std::uint8_t channel) {
    const double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(color.channels[0]) + 0.7152 * linear(color.channels[1]) + 0.0722 * linear(color.channels[2]);
}

Color readable_on(Color background, Color brand, Color towards) {
  auto color = brand;
  for (int percent = 1; contrast(color, background) < readable && percent <= 100; ++percent)
    color = brand.mixed_with(towards, percent / 100.0);
  return color;
}

std::string variables(Color accent, Color towards, Color on_accent) {
  return fmt::format("--accent: {}; --accent-strong: {}; --on-accent: {};", accent.text(),
                     accent.mixed_with(towards, 0.2).text(), on_accent.text());
}

}  // namespace

std::optional<Color> Color::parse(std::string_view text) {
  if ((text.size() != 4 && text.size() != 7) || text[0] != '#') return std::nullopt;
  const auto digits = text.size() == 7 ? 2U : 1U;
  Color color;
  for (std::size_t i = 0; i < 3; ++i) {
    unsigned value = 0;
    for (const char c : text.substr(1 + i * digits, digits)) {
      constexpr std::string_view hex = "0123456789abcdef";
      const auto digit = hex.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
      if (digit == std::string_view::npos) return std::nullopt;
      value = value * 16 + static_cast<unsigned>(digit);
    }
    color.channels[i] = static_cast<std::uint8_t>(digits == 2 ? value : value * 17);
  }
  return color;
}

std::string Color::text() const { return fmt::format("#{:02x}{:02x}{:02x}", channels[0], channels[1], channels[2]); }

Color Color::mixed_with(Color other, double share) const {
  Color mixed;
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = channels[i] + (other.channels[i] - channels[i]) * share;
    mixed.channels[i] = static_cast<std::uint8_t>(std::lround(value));
  }
  return mixed;
}

double contrast(Color one, Color other) {
  auto [darker, lighter] = std::minmax({luminance(one), luminance(other)});
  return (lighter + 0.05) / (darker + 0.05);
}

std::string brand_color_css(Color brand) {
  const auto on_light = readable_on(light_page, brand, black);
  const auto on_dark = readable_on(dark_card, brand, white);
  return fmt::format(":root {{ {} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {} }} }}\n",
                     variables(on_light, black, white), variables(on_dark, white, dark_text));
}

}  // namespace voyages::app
