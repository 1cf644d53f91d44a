#include "email/header_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/email_address.h"
#include "base/encoding.h"
#include "base/utf8.h"
#include "email/mime_encoding.h"

namespace voyages::email {

namespace {

constexpr std::size_t line_length = 78;
constexpr std::size_t encoded_word_length = 75;  // RFC 2047 §2
constexpr std::string_view encoded_word_start = "=?UTF-8?B?";
constexpr std::string_view encoded_word_end = "?=";
// A word up to here always fits behind the name of a header of ours, or on a line of its own.
constexpr std::size_t longest_plain_word = 60;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// RFC 5322 §3.2.3, ASCII alone.
bool is_atext(char c) {
  return is_letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Whether a line can stand in a header as it is, and comes out of any reader as it went in.
bool is_plain(std::string_view line) {
  if (!is_ascii(line) || line.find("=?") != std::string_view::npos || line.find("  ") != std::string_view::npos)
    return false;
  std::size_t word = 0;
  for (const char c : line) {
    word = c == ' ' ? 0 : word + 1;
    if (word > longest_plain_word) return false;
  }
  return true;
}

void add_words(HeaderField& field, std::string_view line) {
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    field.add(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
}

// RFC 5322 §3.2.4.
std::string to_quoted_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// RFC 5322 §3.2.5: atoms, or a quoted string, or encoded words.
void add_display_name(HeaderField& field, std::string_view name) {
  const bool atoms = std::ranges::all_of(name, [](char c) { return is_atext(c) || c == ' '; });
  const auto quoted = to_quoted_string(name);
  if (!is_plain(name) || (!atoms && quoted.size() > longest_plain_word)) {
    field.add_encoded(name);
  } else if (atoms) {
    add_words(field, name);
  } else {
    field.add(quoted);
  }
}

// `root@localhost`: what goes no further than a machine or a network without a domain of its own.
bool is_local_address(std::string_view address) {
  const auto at = std::min(address.find('@'), address.size());
  const auto user = address.substr(0, at);
  const auto host = address.substr(std::min(at + 1, address.size()));
  const bool is_host = std::ranges::all_of(host, [](char c) { return is_letter_or_digit(c) || c == '-'; });
  return !user.empty() && user.size() <= 64 && std::ranges::all_of(user, is_atext) && !host.empty() &&
         host.size() <= 63 && is_host;
}

}  // namespace

HeaderField& HeaderField::add(std::string_view word) {
  // Never right behind the name: not every reader takes a first line that says nothing.
  const bool is_first = text_.back() == ':' && line_start_ == 0;
  if (!is_first && column() + 1 + word.size() > line_length) {
    text_ += "\r\n";
    line_start_ = text_.size();
  }
  text_ += ' ';
  text_ += word;
  return *this;
}

HeaderField& HeaderField::add_encoded(std::string_view line) {
  constexpr std::size_t frame = encoded_word_start.size() + encoded_word_end.size();
  constexpr std::size_t least_room = 32;  // less than this is not worth a word
  while (!line.empty()) {
    const auto left = line_length - std::min(line_length, column() + 1);
    const auto room = left < least_room ? encoded_word_length : std::min(left, encoded_word_length);
    const auto piece = take_code_points(line, (room - frame) / 4 * 3);
    add(std::string(encoded_word_start) + to_base64(piece) + std::string(encoded_word_end));
    line.remove_prefix(piece.size());
  }
  return *this;
}

std::string text_field(std::string_view name, std::string_view text) {
  HeaderField field(name);
  const auto line = to_one_line(text);
  if (is_plain(line)) {
    add_words(field, line);
  } else {
    field.add_encoded(line);
  }
  return field.finish();
}

std::string mailbox_field(std::string_view name, const Mailbox& mailbox) {
  HeaderField field(name);
  add_display_name(field, to_one_line(mailbox.name));
  const auto address = to_wire_address(mailbox.address);
  field.add(mailbox.name.empty() ? address : '<' + address + '>');
  return field.finish();
}

std::string date_field(std::string_view name, Time time) {
  // Not by the locale: the names are English in every mail.
  constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  const auto weekday = std::chrono::weekday{day}.c_encoding();
  const auto month = static_cast<unsigned>(date.month());
  return fmt::format("{}: {}, {} {} {:04} {:02}:{:02}:{:02} +0000\r\n", name, weekdays[weekday],
                     static_cast<unsigned>(date.day()), months[month - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string bracketed_field(std::string_view name, std::string_view text) {
  // RFC 3986 §2: what may stand in a URL. A per cent sign is one of an escape that is there already.
  const auto safe = to_percent_encoding(text, "-._~:/?#[]@!$&'()*+,;=%");
  return HeaderField(name).add('<' + safe + '>').finish();
}

std::string attachment_field(std::string_view filename) {
  HeaderField field("Content-Disposition");
  const auto name = to_one_line(filename);
  if (name.empty()) return field.add("attachment").finish();
  field.add("attachment;");
  const bool simple = std::ranges::all_of(
      name, [](char c) { return is_letter_or_digit(c) || std::string_view(" -_.,+()@").find(c) != std::string::npos; });
  if (simple && name.size() <= longest_plain_word) return field.add("filename=" + to_quoted_string(name)).finish();

  // RFC 2231 §4; and where that is too long, §3 and §4.1: sections, of which the first names the character set.
  constexpr std::string_view safe = "-._~";
  if (const auto whole = to_percent_encoding(name, safe); whole.size() <= longest_plain_word)
    return field.add("filename*=UTF-8''" + whole).finish();
  constexpr std::size_t section_bytes = 15;  // at most 45 characters, when each is escaped
  std::string_view rest = name;
  for (int section = 0; !rest.empty(); ++section) {
    const auto piece = take_code_points(rest, section_bytes);
    rest.remove_prefix(piece.size());
    field.add(fmt::format("filename*{}*={}{}{}", section, section == 0 ? "UTF-8''" : "",
                          to_percent_encoding(piece, safe), rest.empty() ? "" : ";"));
  }
  return field.finish();
}

std::optional<std::string> find_wire_address(std::string_view address) {
  if (const auto email = Email::parse(address)) return email->text();
  if (is_local_address(address)) return std::string(address);
  return std::nullopt;
}

std::string to_wire_address(std::string_view address) {
  return find_wire_address(address).value_or("not-an-address@invalid.invalid");
}

}  // namespace voyages::email
