#include "aws/ses/one_line.h"

#include "base/encoding.h"
#include "base/text.h"

namespace voyages::aws::ses {

namespace {

constexpr std::size_t longest = 500;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    if (!blank) line += c;
    if (blank && !line.ends_with(' ')) line += ' ';
    if (line.size() > longest) break;
  }
  if (line.size() > longest) {
    auto end = longest;
    while (end > 0 && continues_character(line[end])) --end;
    line.resize(end);
  }
  if (!is_utf8(line)) std::erase_if(line, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return std::string(trim(line));
}

}  // namespace voyages::aws::ses
