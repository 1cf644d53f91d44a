#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace voyages::email {

/// The same text in well-formed UTF-8: what is not becomes U+FFFD, so that one bad byte does not cost a whole mail.
std::string repair_utf8(std::string_view bytes);

/// The text as one line: UTF-8, each run of control characters and line separators a single space, none at the ends.
std::string to_one_line(std::string_view text);

/// The length in bytes of the code point that well-formed, non-empty UTF-8 begins with.
std::size_t code_point_bytes(std::string_view utf8);

/// The first code points of well-formed UTF-8 that take at most so many bytes, but at least one.
std::string_view take_code_points(std::string_view utf8, std::size_t most_bytes);

/// RFC 2045 §6.7, of text: any of `\n`, `\r\n` and `\r` ends a line and becomes CRLF. No line is longer than 76
/// characters, or begins with `From `, which some mailboxes would escape.
std::string to_quoted_printable(std::string_view text);

/// RFC 2045 §6.8: lines of 76 characters, each ended by CRLF.
std::string to_base64_lines(std::string_view bytes);

/// RFC 2231 §4, RFC 3986 §2.1: everything but ASCII letters, digits and `safe` as `%C3`.
std::string to_percent_encoding(std::string_view bytes, std::string_view safe);

}  // namespace voyages::email
