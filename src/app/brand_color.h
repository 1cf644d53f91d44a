#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voyages::app {

/// An sRGB colour.
struct Color {
  std::array<std::uint8_t, 3> channels{};

  /// `#0b5c8f` or `#05a`, nothing else.
  static std::optional<Color> parse(std::string_view text);
  /// `#0b5c8f`.
  [[nodiscard]] std::string text() const;
  /// This colour with `share` of the other one in it, from 0 to 1.
  [[nodiscard]] Color mixed_with(Color other, double share) const;

  bool operator==(const Color&) const = default;
};

/// The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
double contrast(Color one, Color other);

/// The style rules that give the pages this colour: in the light and the dark scheme the nearest one that text of it
/// can be read in, and that text can be read on.
std::string brand_color_css(Color brand);

}  // namespace voyages::app
