#include "email/inline_styles.h"

#include <algorithm>

#include "email/html_tokens.h"

namespace voyages::email {

namespace {

// One line, single blanks: it is repeated in every tag.
std::string squeeze(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) {
      result += c == '"' ? '\'' : c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  while (result.ends_with(' ')) result.pop_back();
  return result;
}

std::string without_comments(std::string_view css) {
  std::string result;
  while (!css.empty()) {
    const auto start = std::min(css.find("/*"), css.size());
    result += css.substr(0, start);
    css.remove_prefix(start);
    const auto end = css.find("*/");
    css.remove_prefix(end == std::string_view::npos ? css.size() : end + 2);
  }
  return result;
}

bool matches(const StyleRule& rule, const HtmlToken& tag) {
  if (!rule.element.empty() && rule.element != tag.name) return false;
  return rule.class_name.empty() || has_class(tag.attributes, rule.class_name);
}

std::string with_style(const HtmlToken& tag, const std::string& style) {
  std::string result(tag.source);
  const auto own = find_attribute(tag.attributes, "style");
  if (own) {
    result.insert(static_cast<std::size_t>(own->data() - tag.source.data()), style + ' ');
  } else {
    result.insert(1 + tag.name.size(), " style=\"" + style + '"');
  }
  return result;
}

}  // namespace

std::vector<StyleRule> parse_styles(std::string_view css) {
  const auto plain = without_comments(css);
  std::vector<StyleRule> rules;
  for (std::string_view rest = plain; !rest.empty();) {
    const auto open = rest.find('{');
    const auto close = rest.find('}', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    const auto selector = squeeze(rest.substr(0, open));
    const auto declarations = squeeze(rest.substr(open + 1, close - open - 1));
    rest.remove_prefix(close + 1);
    if (selector.empty() || selector.find_first_of(" ,:>@[#") != std::string::npos) continue;
    const auto dot = std::min(selector.find('.'), selector.size());
    rules.push_back({selector.substr(0, dot), selector.substr(std::min(dot + 1, selector.size())), declarations});
  }
  return rules;
}

std::string inline_styles(std::string_view html, const std::vector<StyleRule>& rules) {
  std::string result;
  while (const auto token = next_html_token(html)) {
    std::string style;
    if (token->kind == HtmlToken::Kind::opening && !token->name.empty()) {
      for (const auto& rule : rules) {
        if (matches(rule, *token)) style += (style.empty() ? "" : " ") + rule.declarations;
      }
    }
    result += style.empty() ? std::string(token->source) : with_style(*token, style);
  }
  return result;
}

}  // namespace voyages::email
