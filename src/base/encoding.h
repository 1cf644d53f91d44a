#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace voyages {

/// RFC 4648 §5 without padding, as JOSE uses it.
std::string to_base64url(std::string_view bytes);
/// Strict: no padding, no line breaks, no stray trailing bits (a second spelling of the same bytes is refused).
std::optional<std::string> from_base64url(std::string_view text);

/// RFC 4648 §4 with padding.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

/// Lower-case hexadecimal.
std::string to_hex(std::string_view bytes);

/// True when the bytes are well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong).
bool is_utf8(std::string_view bytes);

/// Number of Unicode code points of well-formed UTF-8.
std::size_t count_code_points(std::string_view utf8);

/// Unicode normalisation form C of well-formed UTF-8, as NIST SP 800-63B-4 §3.1.1.2 wants passwords.
std::string to_nfc(std::string_view utf8);
/// Form KC, in which characters that differ by their looks alone are one: `ﬁ` is `fi`.
std::string to_nfkc(std::string_view utf8);

/// Each character in its own lower case, by Unicode.
std::string to_lower(std::string_view utf8);

/// ASCII letters only, so locale and Unicode never change the answer.
std::string to_lower_ascii(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace voyages
