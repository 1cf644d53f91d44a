#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace voyages {

/// The same text in well-formed UTF-8: what is not becomes U+FFFD, so that one bad byte does not cost a whole mail.
std::string repair_utf8(std::string_view bytes);

/// The text as one line: UTF-8, each run of control characters and line separators, with the spaces beside it, one
/// space, none at the ends.
std::string to_one_line(std::string_view text);
/// The same, of at most so many bytes.
std::string to_one_line(std::string_view text, std::size_t most_bytes);

/// The length in bytes of the code point that well-formed, non-empty UTF-8 begins with.
std::size_t code_point_bytes(std::string_view utf8);

/// Takes the first code point from well-formed, non-empty UTF-8.
char32_t take_character(std::string_view& utf8);

/// The first code points of well-formed UTF-8 that take at most so many bytes, but at least one.
std::string_view take_code_points(std::string_view utf8, std::size_t most_bytes);

}  // namespace voyages
