#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace voyages::email {

/// RFC 2045 §6.7, of text: any of `\n`, `\r\n` and `\r` ends a line and becomes CRLF. No line is longer than 76
/// characters, or begins with `From `, which some mailboxes would escape.
std::string to_quoted_printable(std::string_view text);

/// RFC 2045 §6.8: lines of 76 characters, each ended by CRLF.
std::string to_base64_lines(std::string_view bytes);

/// RFC 2231 §4, RFC 3986 §2.1: everything but ASCII letters, digits and `safe` as `%C3`.
std::string to_percent_encoding(std::string_view bytes, std::string_view safe);

}  // namespace voyages::email
