#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace voyages::email {

/// A tag of HTML, or the text up to the next one. Views into the input.
struct HtmlToken {
  enum class Kind { text, opening, closing };
  Kind kind = Kind::text;
  std::string_view source{};      // all of it
  std::string name{};             // of a tag: lower case
  std::string_view attributes{};  // of an opening tag: what is between its name and its end
};

/// Takes the next token off the front of the input; nothing at its end. Comments and declarations count as tags
/// without a name; what only looks like a tag is text.
std::optional<HtmlToken> next_html_token(std::string_view& rest);

/// The value of an attribute as it is written, or nothing.
std::optional<std::string_view> find_attribute(std::string_view attributes, std::string_view name);
/// Whether the attribute `class` holds this word.
bool has_class(std::string_view attributes, std::string_view name);

}  // namespace voyages::email
