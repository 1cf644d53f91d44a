#include "base/utf8.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace voyages {

namespace {

// C0, DEL, C1 (U+0080–U+009F), and the two separators of Unicode that a reader may take for the end of a line.
bool is_control(std::string_view code_point) {
  const auto byte = static_cast<unsigned char>(code_point.front());
  if (byte < 0x20 || byte == 0x7F) return true;
  if (byte == 0xC2) return static_cast<unsigned char>(code_point[1]) < 0xA0;
  return code_point == "\u2028" || code_point == "\u2029";
}

}  // namespace

std::size_t code_point_bytes(std::string_view utf8) {
  const auto lead = static_cast<unsigned char>(utf8.front());
  const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(length, utf8.size());
}

char32_t take_character(std::string_view& utf8) {
  const auto lead = static_cast<unsigned char>(utf8.front());
  const auto length = code_point_bytes(utf8);
  char32_t c = length == 1 ? lead : lead & (0x7fU >> length);
  for (std::size_t k = 1; k < length; ++k) c = c << 6U | (static_cast<unsigned char>(utf8[k]) & 0x3fU);
  utf8.remove_prefix(length);
  return c;
}

std::string_view take_code_points(std::string_view utf8, std::size_t most_bytes) {
  std::size_t length = 0;
  while (length < utf8.size()) {
    const auto next = length + code_point_bytes(utf8.substr(length));
    if (next > most_bytes && length > 0) break;
    length = next;
  }
  return utf8.substr(0, length);
}

std::string repair_utf8(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  std::string repaired;
  while (!bytes.empty()) {
    const auto character = bytes.substr(0, code_point_bytes(bytes));
    const bool good = is_utf8(character);
    repaired += good ? character : "\uFFFD";
    bytes.remove_prefix(good ? character.size() : 1);
  }
  return repaired;
}

std::string to_one_line(std::string_view text) {
  const auto utf8 = repair_utf8(text);
  std::string line;
  bool in_controls = false;
  for (std::string_view rest = utf8; !rest.empty();) {
    const auto character = rest.substr(0, code_point_bytes(rest));
    rest.remove_prefix(character.size());
    // A space beside them is part of the fold (RFC 5322 §2.2.3).
    const bool control = is_control(character) || (in_controls && character == " ");
    if (!control) line += character;
    if (control && !in_controls && !line.ends_with(' ')) line += ' ';
    in_controls = control;
  }
  return std::string(trim(line));
}

std::string to_one_line(std::string_view text, std::size_t most_bytes) {
  // No code point has more than four bytes, and what another side says may be of any length.
  const auto line = to_one_line(text.substr(0, 4 * most_bytes));
  return std::string(take_code_points(line, most_bytes));
}

}  // namespace voyages
