#include "email/mime_encoding.h"

#include <algorithm>

#include "base/encoding.h"

namespace voyages::email {

namespace {

constexpr std::size_t mime_line_length = 76;
constexpr std::string_view hexadecimal = "0123456789ABCDEF";

void append_escaped(std::string& text, char mark, char c) {
  const auto byte = static_cast<unsigned char>(c);
  text += mark;
  text += hexadecimal[byte >> 4U];
  text += hexadecimal[byte & 0xFU];
}

// One line without its end. It may become several, joined by soft breaks.
void append_quoted_printable_line(std::string& encoded, std::string_view line) {
  std::size_t line_start = encoded.size();
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool at_end = i + 1 == line.size();
    const bool blank = c == ' ' || c == '\t';
    bool literal = blank ? !at_end : c > ' ' && c <= '~' && c != '=';
    const std::size_t width = literal ? 1 : 3;
    // RFC 2045 §6.7 (5): the last character of a line that goes on is the equals sign.
    const std::size_t room = at_end ? mime_line_length : mime_line_length - 1;
    if (encoded.size() - line_start + width > room) {
      encoded += "=\r\n";
      line_start = encoded.size();
    }
    if (encoded.size() == line_start && line.substr(i).starts_with("From ")) literal = false;
    if (literal) {
      encoded += c;
    } else {
      append_escaped(encoded, '=', c);
    }
  }
}

}  // namespace

std::string to_quoted_printable(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 8);
  while (true) {
    const auto end = text.find_first_of("\r\n");
    append_quoted_printable_line(encoded, text.substr(0, end));
    if (end == std::string_view::npos) return encoded;
    encoded += "\r\n";
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

std::string to_base64_lines(std::string_view bytes) {
  const auto encoded = to_base64(bytes);
  std::string lines;
  lines.reserve(encoded.size() + encoded.size() / mime_line_length * 2 + 2);
  for (std::size_t at = 0; at < encoded.size(); at += mime_line_length) {
    lines.append(encoded, at, mime_line_length);
    lines += "\r\n";
  }
  return lines;
}

std::string to_percent_encoding(std::string_view bytes, std::string_view safe) {
  std::string encoded;
  for (const char c : bytes) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || safe.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      append_escaped(encoded, '%', c);
    }
  }
  return encoded;
}

}  // namespace voyages::email
