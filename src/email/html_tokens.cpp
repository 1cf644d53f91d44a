#include "email/html_tokens.h"

#include <algorithm>

#include "base/encoding.h"

namespace voyages::email {

namespace {

constexpr std::string_view white_space = " \t\r\n\f";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A `>` within quotes does not end the tag.
std::size_t end_of_tag(std::string_view text) {
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '>') {
      return i;
    } else if ((c == '"' || c == '\'') && i > 0 && text[i - 1] == '=') {
      quote = c;
    }
  }
  return std::string_view::npos;
}

std::size_t past(std::string_view text, std::string_view mark) {
  const auto found = text.find(mark);
  return found == std::string_view::npos ? text.size() : found + mark.size();
}

HtmlToken take(std::string_view& rest, std::size_t size, HtmlToken::Kind kind) {
  HtmlToken token{.kind = kind, .source = rest.substr(0, size)};
  rest.remove_prefix(token.source.size());
  return token;
}

}  // namespace

std::optional<HtmlToken> next_html_token(std::string_view& rest) {
  using Kind = HtmlToken::Kind;
  if (rest.empty()) return std::nullopt;
  if (rest.starts_with("<!--")) return take(rest, past(rest, "-->"), Kind::opening);
  if (rest.starts_with("<!")) return take(rest, past(rest, ">"), Kind::opening);
  const bool closing = rest.starts_with("</");
  const std::size_t name_start = closing ? 2 : 1;
  const bool tag = rest.front() == '<' && rest.size() > name_start && is_letter(rest[name_start]);
  if (!tag) return take(rest, std::min(rest.find('<', 1), rest.size()), Kind::text);
  const auto end = end_of_tag(rest);
  // A tag that never ends makes the rest text: looking for its end again at each `<` would take too long.
  if (end == std::string_view::npos) return take(rest, rest.size(), Kind::text);

  auto token = take(rest, end + 1, closing ? Kind::closing : Kind::opening);
  auto inside = token.source.substr(name_start, end - name_start);
  const auto name_end = std::min(inside.find_first_of(" \t\r\n\f/"), inside.size());
  token.name = to_lower_ascii(inside.substr(0, name_end));
  token.attributes = inside.substr(name_end);
  return token;
}

std::optional<std::string_view> find_attribute(std::string_view attributes, std::string_view name) {
  while (true) {
    attributes.remove_prefix(std::min(attributes.find_first_not_of(" \t\r\n\f/"), attributes.size()));
    if (attributes.empty()) return std::nullopt;
    const auto name_end = std::min(attributes.find_first_of(" \t\r\n\f/=", 1), attributes.size());
    const auto found = attributes.substr(0, name_end);
    attributes.remove_prefix(name_end);
    std::string_view value;
    if (attributes.starts_with('=')) {
      attributes.remove_prefix(1);
      const char quote = attributes.empty() ? '\0' : attributes.front();
      const bool quoted = quote == '"' || quote == '\'';
      if (quoted) attributes.remove_prefix(1);
      const auto end = quoted ? attributes.find(quote) : attributes.find_first_of(white_space);
      value = attributes.substr(0, end);
      attributes.remove_prefix(std::min(value.size() + (quoted ? 1U : 0U), attributes.size()));
    }
    if (equal_ignoring_case(found, name)) return value;
  }
}

bool has_class(std::string_view attributes, std::string_view name) {
  auto words = find_attribute(attributes, "class").value_or("");
  while (!words.empty()) {
    const auto end = std::min(words.find_first_of(white_space), words.size());
    if (words.substr(0, end) == name) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

}  // namespace voyages::email
