#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace voyages::email {

/// A rule `p`, `.muted` or `a.button` of a style sheet. Anything more belongs into the layout's `<style>`.
struct StyleRule {
  std::string element{};     // empty: any
  std::string class_name{};  // empty: any
  std::string declarations{};
};

/// The rules of a style sheet, in its order. What is not of the form `selector { declarations }` is skipped.
std::vector<StyleRule> parse_styles(std::string_view css);

/// Gives each tag the `style` of the rules that match it, later ones last, and before a style of its own: many mail
/// readers heed no style sheets. Works on a template as well as on what it makes.
std::string inline_styles(std::string_view html, const std::vector<StyleRule>& rules);

}  // namespace voyages::email
