#pragma once

#include <span>
#include <string>
#include <string_view>

/// Passwords that are long enough, and yet among the first that somebody tries (OWASP ASVS 5.0 §6.2.4, §6.2.11).
namespace voyages::crypto {

/// True for the passwords that everybody tries first (a built-in list, compared after lower-casing).
bool is_common_password(std::string_view password);

/// Whether the password repeats a piece that is too short to be one (`abababab`), or is nothing but runs of at least
/// three characters each: of the alphabet, of digits, of a row of keys, or of one character (`987qwerty`).
bool is_run_or_repeat(std::string_view password);

/// Whether fewer than `least` characters are left of the password without these words. Words of one or two characters
/// do not count, and case does not matter.
bool is_made_of(std::string_view password, std::span<const std::string> words, std::size_t least);

}  // namespace voyages::crypto
