#include "email/text_part.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "email/html_tokens.h"

namespace voyages::email {

namespace {

constexpr std::size_t line_width = 76;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | (code >> 6U)), add(0x80 | (code & 0x3FU));
  } else if (code < 0x10000) {
    add(0xE0 | (code >> 12U)), add(0x80 | ((code >> 6U) & 0x3FU)), add(0x80 | (code & 0x3FU));
  } else {
    add(0xF0 | (code >> 18U)), add(0x80 | ((code >> 12U) & 0x3FU)), add(0x80 | ((code >> 6U) & 0x3FU));
    add(0x80 | (code & 0x3FU));
  }
}

// `name` is what stands between `&` and `;`. False: it is no entity that we know.
bool append_entity(std::string& text, std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 16> known{{{"amp", "&"},
                                                                                        {"lt", "<"},
                                                                                        {"gt", ">"},
                                                                                        {"quot", "\""},
                                                                                        {"apos", "'"},
                                                                                        {"nbsp", " "},
                                                                                        {"middot", "·"},
                                                                                        {"ndash", "–"},
                                                                                        {"mdash", "—"},
                                                                                        {"hellip", "…"},
                                                                                        {"rarr", "→"},
                                                                                        {"copy", "©"},
                                                                                        {"lsquo", "\u2018"},
                                                                                        {"rsquo", "\u2019"},
                                                                                        {"ldquo", "\u201c"},
                                                                                        {"rdquo", "\u201d"}}};
  if (name.starts_with('#')) {
    const bool is_hexadecimal = name.starts_with("#x") || name.starts_with("#X");
    const auto digits = name.substr(is_hexadecimal ? 2 : 1);
    std::uint32_t code = 0;
    const auto* start = digits.data();
    const auto* end = start + digits.size();
    const auto [stop, error] = std::from_chars(start, end, code, is_hexadecimal ? 16 : 10);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (error != std::errc() || stop != end || code < 0x20 || code > 0x10FFFF || surrogate) return false;
    append_utf8(text, code);
    return true;
  }
  const auto* entry = std::ranges::find(known, name, &std::pair<std::string_view, std::string_view>::first);
  if (entry == known.end()) return false;
  text += entry->second;
  return true;
}

std::string decode(std::string_view html) {
  constexpr std::size_t longest_entity = 10;
  std::string text;
  while (!html.empty()) {
    const auto end = html.front() == '&' ? html.substr(0, longest_entity).find(';') : std::string_view::npos;
    if (end != std::string_view::npos && append_entity(text, html.substr(1, end - 1))) {
      html.remove_prefix(end + 1);
    } else {
      text += html.front();
      html.remove_prefix(1);
    }
  }
  return text;
}

/// Gathers words into blocks; a block is a paragraph, a heading or an item of a list.
class TextWriter {
 public:
  void add(std::string_view html) {
    if (hidden_ > 0) return;
    const auto text = decode(html);
    for (const char c : text) {
      if (c == '\n' && lines_ > 0) {
        break_line();
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        space_ = true;
      } else {
        if (space_ && !block_.empty() && block_.back() != '\n') block_ += ' ';
        space_ = false;
        block_ += c;
      }
    }
  }

  void open(const HtmlToken& tag) {
    if (is_one_of(tag.name, {"br"})) return break_line();
    if (is_one_of(tag.name, {"img", "meta", "link", "hr", "input"})) return;
    const bool hidden =
        is_one_of(tag.name, {"head", "style", "script", "title"}) || has_class(tag.attributes, "html-only");
    if (open_.size() < max_open) {
      open_.push_back({tag.name, hidden, has_class(tag.attributes, "lines"), {}, 0});
      hidden_ += hidden ? 1 : 0;
      lines_ += open_.back().lines ? 1 : 0;
    }
    if (hidden_ > 0) return;
    if (is_block(tag.name)) end_block();
    if (tag.name == "li") indentation_ = "- ";
    if (tag.name == "a" && !open_.empty() && open_.back().name == "a") {
      open_.back().url = decode(find_attribute(tag.attributes, "href").value_or(""));
      open_.back().label_start = block_.size();
    }
  }

  void close(std::string_view name) {
    const auto found = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& tag) { return tag.name == name; });
    if (found == open_.rend()) return;
    for (bool last = false; !last;) {
      last = &open_.back() == &*found;
      close_innermost();
    }
  }

  std::string take() {
    while (!open_.empty()) close_innermost();
    end_block();
    return std::move(text_);
  }

 private:
  struct Open {
    std::string name;
    bool hidden;
    bool lines;
    std::string url;
    std::size_t label_start;
  };

  static constexpr std::size_t max_open = 256;

  static bool is_block(std::string_view name) {
    return is_one_of(name, {"p",  "div",        "h1",  "h2", "h3", "h4", "ul",   "ol",      "li",     "table",
                            "tr", "blockquote", "pre", "dl", "dt", "dd", "body", "section", "header", "footer"});
  }

  void close_innermost() {
    const auto tag = std::move(open_.back());
    open_.pop_back();
    if (hidden_ == 0) {
      if (tag.name == "a") end_link(tag);
      if (is_block(tag.name)) end_block();
    }
    hidden_ -= tag.hidden ? 1 : 0;
    lines_ -= tag.lines ? 1 : 0;
  }

  void end_link(const Open& link) {
    if (link.url.empty()) return;
    const auto label = std::string_view(block_).substr(std::min(link.label_start, block_.size()));
    if (label.find(link.url) != std::string_view::npos) return;
    if (label.find_first_not_of(' ') != std::string_view::npos) block_ += ": ";
    block_ += link.url;
  }

  void break_line() {
    space_ = false;
    if (hidden_ == 0 && !block_.empty()) block_ += '\n';
  }

  void end_block() {
    space_ = false;
    while (block_.ends_with('\n') || block_.ends_with(' ')) block_.pop_back();
    const bool item = !indentation_.empty();
    if (!block_.empty()) {
      // The items of a list stand together; all else has an empty line between.
      if (!text_.empty()) text_ += item && after_item_ ? "" : "\n";
      wrap_lines();
      after_item_ = item;
      indentation_.clear();
    }
    block_.clear();
  }

  void wrap_lines() {
    std::string_view rest = block_;
    std::string_view lead = indentation_;
    while (!rest.empty()) {
      const auto line_end = std::min(rest.find('\n'), rest.size());
      text_ += lead;
      wrap(rest.substr(0, line_end));
      rest.remove_prefix(std::min(line_end + 1, rest.size()));
      lead = indentation_.empty() ? "" : "  ";
    }
  }

  // A word that is longer than a line, like a link, stays whole.
  void wrap(std::string_view line) {
    std::size_t column = indentation_.size();
    bool first = true;
    while (!line.empty()) {
      const auto word = line.substr(0, line.find(' '));
      line.remove_prefix(std::min(word.size() + 1, line.size()));
      const auto width = count_code_points(word);
      if (!first && column + 1 + width > line_width) {
        text_ += '\n';
        text_.append(indentation_.size(), ' ');
        column = indentation_.size();
      } else if (!first) {
        text_ += ' ';
        ++column;
      }
      text_ += word;
      column += width;
      first = false;
    }
    text_ += '\n';
  }

  std::string text_{};
  std::string block_{};
  std::string indentation_{};
  std::vector<Open> open_{};
  int hidden_ = 0;
  int lines_ = 0;
  bool space_ = false;
  bool after_item_ = false;
};

}  // namespace

std::string to_text_part(std::string_view html) {
  TextWriter writer;
  while (const auto token = next_html_token(html)) {
    if (token->kind == HtmlToken::Kind::text) {
      writer.add(token->source);
    } else if (token->kind == HtmlToken::Kind::closing) {
      writer.close(token->name);
    } else if (!token->name.empty()) {
      writer.open(*token);
    }
  }
  return writer.take();
}

std::string first_paragraph(std::string_view html, std::size_t max_characters) {
  const auto start = std::min(html.find("<p"), html.size());
  const auto end = html.find("</p>", start);
  auto text = to_text_part(html.substr(start, end - start));
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ')) text.pop_back();
  if (count_code_points(text) <= max_characters) return text;
  while (!text.empty() && count_code_points(text) >= max_characters)
    text.resize(text.rfind(' ') == std::string::npos ? 0 : text.rfind(' '));
  return text + "…";
}

}  // namespace voyages::email
