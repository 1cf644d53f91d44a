#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace voyages {

/// Whether somebody who reads the text cannot see all of it, or sees another order than it has: control characters (C0,
/// DEL, C1), separators of lines, format characters such as U+200B and U+202E, fillers, and what is private or no
/// character at all. The text is UTF-8.
bool has_hidden_character(std::string_view utf8);

/// Whether there is a space other than U+0020.
bool has_other_space(std::string_view utf8);

/// How far `mixes_alphabets` looks for two alphabets.
enum class Within { word, text };
/// Whether one word, or the whole text, has letters of two alphabets that look alike (`p\u0430ypal`, with a Cyrillic
/// letter): Latin, Greek, Cyrillic, Armenian, Cherokee, Coptic, Lisu, Deseret, and the styled Latin of formulas.
bool mixes_alphabets(std::string_view utf8, Within within);

/// The name of a person or of a thing as it is kept: in NFC, each space as U+0020. Absent when nothing of it can be
/// seen, when something of it hides, and when a word of it mixes alphabets that look alike.
std::optional<std::string> to_visible_name(std::string_view text);

/// The text with what hides as `\u{202e}`, and with U+FFFD for what is not UTF-8. Line breaks and tabs stay.
std::string escape_hidden(std::string_view text);
/// The same within JSON, where it means what it meant: `\u202e`.
std::string escape_hidden_json(std::string_view json);
/// The text as one line, with `?` for each character that hides.
std::string replace_hidden(std::string_view text);

}  // namespace voyages
