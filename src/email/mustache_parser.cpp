#include "email/mustache_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace voyages::email {

namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view tag_white_space = " \t\r\n";

std::string_view trim_white_space(std::string_view text) {
  const auto first = text.find_first_not_of(tag_white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(tag_white_space) - first + 1);
}

// Reads from the start to the end once; sections that are still open wait on a stack.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::expected<std::vector<Mustache::Node>, MustacheFault> run() {
    if (text_.size() > Mustache::max_template_bytes) {
      return fault(0, fmt::format("a template has at most {} KB", Mustache::max_template_bytes / 1024));
    }
    open_.emplace_back();
    while (at_ < text_.size()) {
      const auto tag = std::min(text_.find(opening_, at_), text_.size());
      add_text(text_.substr(at_, tag - at_));
      at_ = tag;
      if (tag == text_.size()) break;
      if (auto problem = read_tag()) return std::unexpected(std::move(*problem));
    }
    if (open_.size() > 1) {
      const auto& section = open_.back();
      return std::unexpected(MustacheFault{section.line, fmt::format("{{{{#{}}}}} is never closed", section.text)});
    }
    return std::move(open_.front().children);
  }

 private:
  using Problem = std::optional<MustacheFault>;

  [[nodiscard]] MustacheFault problem(std::size_t at, std::string message) const {
    const auto line = 1 + std::ranges::count(text_.substr(0, at), '\n');
    return {static_cast<std::size_t>(line), std::move(message)};
  }
  [[nodiscard]] std::unexpected<MustacheFault> fault(std::size_t at, std::string message) const {
    return std::unexpected(problem(at, std::move(message)));
  }

  void add_text(std::string_view text) {
    if (!text.empty()) open_.back().children.push_back({.text = std::string(text)});
  }

  Problem read_tag() {
    const auto start = at_;
    auto inside = start + opening_.size();
    const char sigil = inside < text_.size() ? text_[inside] : '\0';
    std::string closing = closing_;
    if (sigil == '{') closing.insert(0, "}");
    if (sigil == '=') closing.insert(0, "=");
    const bool marked = std::string_view("#^/!>&={$<").find(sigil) != std::string_view::npos && sigil != '\0';
    if (marked) ++inside;
    const auto end = text_.find(closing, inside);
    if (end == std::string_view::npos) return problem(start, "this tag is never closed");
    const auto content = trim_white_space(text_.substr(inside, end - inside));
    at_ = end + closing.size();
    if (!marked || sigil == '&' || sigil == '{') return add_variable(content, marked, start);
    take_line_if_alone(start);
    if (sigil == '!') return std::nullopt;
    if (sigil == '=') return change_delimiters(content, start);
    if (sigil == '#' || sigil == '^') return open_section(content, sigil, start);
    if (sigil == '/') return close_section(content, start);
    return problem(start, "there are no partials, blocks or parents here: what mails share is in the layout");
  }

  // A tag that is no variable and stands alone on its line takes the line with it.
  void take_line_if_alone(std::size_t start) {
    const auto line_end = text_.substr(0, start).find_last_of('\n');
    const auto line_start = line_end == std::string_view::npos ? 0 : line_end + 1;
    const auto before = text_.substr(line_start, start - line_start);
    if (before.find_first_not_of(blanks) != std::string_view::npos) return;
    auto next = std::min(text_.find_first_not_of(blanks, at_), text_.size());
    if (text_.substr(next).starts_with("\r\n")) ++next;
    if (next < text_.size() && text_[next] != '\n') return;
    at_ = std::min(next + 1, text_.size());
    auto& siblings = open_.back().children;
    if (before.empty() || siblings.empty()) return;
    // The blanks before the tag are the end of the text before it, since no other tag is on this line.
    auto& text = siblings.back().text;
    text.resize(text.size() - before.size());
    if (text.empty()) siblings.pop_back();
  }

  Problem check_name(std::string_view name, std::size_t start) const {
    if (name.empty()) return problem(start, "a tag needs a name");
    if (name.find_first_of(tag_white_space) != std::string_view::npos) {
      return problem(start, fmt::format("a name has no blanks in it: `{}`", name.substr(0, 40)));
    }
    return std::nullopt;
  }

  Problem add_variable(std::string_view name, bool raw, std::size_t start) {
    if (auto bad = check_name(name, start)) return bad;
    using Kind = Mustache::Node::Kind;
    open_.back().children.push_back({.kind = raw ? Kind::raw_variable : Kind::variable,
                                     .text = std::string(name),
                                     .line = problem(start, {}).line});
    return std::nullopt;
  }

  Problem open_section(std::string_view name, char sigil, std::size_t start) {
    if (auto bad = check_name(name, start)) return bad;
    if (open_.size() > Mustache::max_depth) return problem(start, "too many sections within each other");
    using Kind = Mustache::Node::Kind;
    open_.push_back({.kind = sigil == '#' ? Kind::section : Kind::inverted,
                     .text = std::string(name),
                     .line = problem(start, {}).line});
    return std::nullopt;
  }

  Problem close_section(std::string_view name, std::size_t start) {
    if (open_.size() == 1) return problem(start, fmt::format("{{{{/{}}}}} closes what was never opened", name));
    if (open_.back().text != name) {
      return problem(start, fmt::format("{{{{/{}}}}} stands where {{{{/{}}}}} is due", name, open_.back().text));
    }
    auto section = std::move(open_.back());
    open_.pop_back();
    open_.back().children.push_back(std::move(section));
    return std::nullopt;
  }

  Problem change_delimiters(std::string_view content, std::size_t start) {
    const auto gap = content.find_first_of(tag_white_space);
    const auto first = content.substr(0, gap);
    const auto second = gap == std::string_view::npos ? "" : trim_white_space(content.substr(gap));
    const auto is_bad = [](std::string_view part) {
      return part.empty() || part.size() > 8 || part.find_first_of(" \t\r\n=") != std::string_view::npos;
    };
    if (is_bad(first) || is_bad(second)) return problem(start, "delimiters change like this: {{=<% %>=}}");
    opening_ = first;
    closing_ = second;
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string opening_ = "{{";
  std::string closing_ = "}}";
  std::vector<Mustache::Node> open_{};  // the first is the template itself
};

}  // namespace

std::expected<std::vector<Mustache::Node>, MustacheFault> parse_mustache(std::string_view text) {
  return Parser(text).run();
}

}  // namespace voyages::email
