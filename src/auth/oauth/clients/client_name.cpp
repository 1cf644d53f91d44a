#include "auth/oauth/clients/client_name.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "http/types.h"

namespace voyages::auth::oauth {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t Size>
bool is_in(const std::array<Range, Size>& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [c](const Range& range) { return range.first <= c && c <= range.last; });
}

// What no list of names needs, and what would let one name look like another.
constexpr std::array<Range, 23> unseen{{
    // The controls of C1; format characters, which have no width or turn the direction of text; line separators.
    {0x80, 0x9f},
    {0xad, 0xad},
    {0x34f, 0x34f},
    {0x61c, 0x61c},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0xfeff, 0xfeff},
    {0xfff0, 0xfffc},
    {0x13430, 0x1343f},
    {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a},
    // Letters that are blank: Hangul fillers, vowels of Khmer that are inherent, Braille without a dot, a null
    // notehead.
    {0x115f, 0x1160},
    {0x17b4, 0x17b5},
    {0x2800, 0x2800},
    {0x3164, 0x3164},
    {0xffa0, 0xffa0},
    {0x1d159, 0x1d159},
    // Variation selectors; private use; what is no character; tags, and the planes for private use.
    {0x180b, 0x180f},
    {0xfe00, 0xfe0f},
    {0xe000, 0xf8ff},
    {0xfdd0, 0xfdef},
    {0xe0000, 0x10ffff},
}};

// What is seen only with something beside it: spaces, and the marks that combine with letters of more than one script.
constexpr std::array<Range, 14> blank{{
    {' ', ' '},
    {0xa0, 0xa0},
    {0x1680, 0x1680},
    {0x2000, 0x200a},
    {0x202f, 0x202f},
    {0x205f, 0x205f},
    {0x3000, 0x3000},
    {0x300, 0x36f},
    {0x483, 0x489},
    {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},
    {0x20d0, 0x20ff},
    {0x3099, 0x309a},
    {0xfe20, 0xfe2f},
}};

// The last two of each plane are no characters.
bool is_unseen(char32_t c) { return is_in(unseen, c) || (c & 0xfffe) == 0xfffe; }

// Of text that is UTF-8.
char32_t take_character(std::string_view& utf8) {
  const auto lead = static_cast<unsigned char>(utf8.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t c = length == 1 ? lead : lead & (0x7fU >> length);
  for (std::size_t k = 1; k < length; ++k) c = c << 6U | (static_cast<unsigned char>(utf8[k]) & 0x3fU);
  utf8.remove_prefix(length);
  return c;
}

}  // namespace

bool is_client_name(std::string_view text) {
  if (!is_utf8(text) || !http::Text<1, 100>::parse(text)) return false;
  bool seen = false;
  while (!text.empty()) {
    const auto c = take_character(text);
    if (is_unseen(c)) return false;
    seen = seen || !is_in(blank, c);
  }
  return seen;
}

}  // namespace voyages::auth::oauth
