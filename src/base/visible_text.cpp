#include "base/visible_text.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/encoding.h"
#include "base/utf8.h"

namespace voyages {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

bool is_in(const auto& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [c](const Range& range) { return range.first <= c && c <= range.last; });
}

// What hides beside the categories of Unicode that say so.
constexpr std::array<Range, 11> unseen{{
    // Letters that are blank: Hangul fillers, vowels of Khmer that are inherent, Braille without a dot, a null
    // notehead; what stands for an object.
    {0x115f, 0x1160},
    {0x17b4, 0x17b5},
    {0x2800, 0x2800},
    {0x3164, 0x3164},
    {0xffa0, 0xffa0},
    {0x1d159, 0x1d159},
    {0xfff0, 0xfffc},
    // Variation selectors; what is no character; tags.
    {0x180b, 0x180f},
    {0xfe00, 0xfe0f},
    {0xfdd0, 0xfdef},
    {0xe0000, 0xe0fff},
}};

// Alphabets with letters that look like those of another.
struct Alphabet {
  Range range;
  int id;
};
constexpr std::array<Alphabet, 24> alphabets{{
    {{'A', 'z'}, 1},         {{0xaa, 0x2b8}, 1},    {{0x1d00, 0x1d25}, 1},    {{0x1e00, 0x1eff}, 1},
    {{0x2c60, 0x2c7f}, 1},   {{0xa722, 0xa7ff}, 1}, {{0xab30, 0xab64}, 1},    {{0x370, 0x3e1}, 2},
    {{0x3f0, 0x3ff}, 2},     {{0x1f00, 0x1fff}, 2}, {{0x400, 0x52f}, 3},      {{0x1c80, 0x1c8f}, 3},
    {{0x2de0, 0x2dff}, 3},   {{0xa640, 0xa69f}, 3}, {{0x530, 0x58f}, 4},      {{0x13a0, 0x13ff}, 5},
    {{0xab70, 0xabbf}, 5},   {{0x2c80, 0x2cff}, 6}, {{0x3e2, 0x3ef}, 6},      {{0xa4d0, 0xa4ff}, 7},
    {{0x1d400, 0x1d7ff}, 8}, {{0xff21, 0xff5a}, 9}, {{0x10400, 0x1044f}, 10}, {{0x2100, 0x218f}, 11},
}};

utf8proc_category_t category_of(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)); }

bool is_hidden(char32_t c) {
  switch (category_of(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    default:
      // The last two of each plane are no characters.
      return is_in(unseen, c) || (c & 0xfffe) == 0xfffe || c == 0x34f;
  }
}

bool is_mark(char32_t c) {
  const auto category = category_of(c);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

bool is_space(char32_t c) { return category_of(c) == UTF8PROC_CATEGORY_ZS; }

// Zero between words, -1 for a character that no alphabet above has.
int alphabet_of(char32_t c) {
  const auto category = category_of(c);
  const bool is_letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
  if (!is_letter) return is_mark(c) || category == UTF8PROC_CATEGORY_ND ? -1 : 0;
  const auto* found = std::ranges::find_if(
      alphabets, [c](const Alphabet& each) { return each.range.first <= c && c <= each.range.last; });
  return found == alphabets.end() ? -1 : found->id;
}

// Writes what hides by `escape`, and the rest as it is. What is not UTF-8 was repaired before.
template <class Escape>
std::string rewrite_hidden(std::string_view utf8, Escape escape) {
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    auto rest = utf8;
    const auto c = take_character(rest);
    if (is_hidden(c)) {
      escape(out, c);
    } else {
      out += utf8.substr(0, utf8.size() - rest.size());
    }
    utf8 = rest;
  }
  return out;
}

template <class Predicate>
bool any_character(std::string_view utf8, Predicate predicate) {
  while (!utf8.empty()) {
    if (predicate(take_character(utf8))) return true;
  }
  return false;
}

}  // namespace

bool has_hidden_character(std::string_view utf8) { return any_character(utf8, is_hidden); }

bool has_other_space(std::string_view utf8) {
  return any_character(utf8, [](char32_t c) { return c != ' ' && is_space(c); });
}

bool mixes_alphabets(std::string_view utf8, Within within) {
  int last = 0;
  return any_character(utf8, [&last, within](char32_t c) {
    const int alphabet = alphabet_of(c);
    if (alphabet == 0 && within == Within::word) last = 0;
    if (alphabet <= 0) return false;
    const int before = std::exchange(last, alphabet);
    return before != 0 && before != alphabet;
  });
}

std::optional<std::string> to_visible_name(std::string_view text) {
  if (!is_utf8(text) || has_hidden_character(text)) return std::nullopt;
  std::string name;
  bool seen = false;
  for (auto rest = text; !rest.empty();) {
    const auto before = rest;
    const auto c = take_character(rest);
    if (is_space(c)) {
      name += ' ';
    } else {
      seen = seen || !is_mark(c);
      name += before.substr(0, before.size() - rest.size());
    }
  }
  name = to_nfc(name);
  if (!seen || mixes_alphabets(name, Within::word)) return std::nullopt;
  return name;
}

std::string escape_hidden(std::string_view text) {
  return rewrite_hidden(repair_utf8(text), [](std::string& out, char32_t c) {
    if (c == '\n' || c == '\t') {
      out += static_cast<char>(c);
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<std::uint32_t>(c));
    }
  });
}

std::string escape_hidden_json(std::string_view json) {
  return rewrite_hidden(repair_utf8(json), [](std::string& out, char32_t c) {
    if (c < 0x20) {  // between the values of JSON, never within a text
      out += static_cast<char>(c);
    } else if (c < 0x10000) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint32_t>(c));
    } else {  // RFC 8259 §7: a pair of surrogates
      const auto bits = static_cast<std::uint32_t>(c) - 0x10000;
      fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xd800 + (bits >> 10U), 0xdc00 + (bits & 0x3ffU));
    }
  });
}

std::string replace_hidden(std::string_view text) {
  return rewrite_hidden(repair_utf8(text), [](std::string& out, char32_t) { out += '?'; });
}

}  // namespace voyages
