#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How the values of settings are written. Every `parse_` answers nothing for what is not one; every `show_` writes
/// what its `parse_` reads.
namespace voyages::part {

/// Decimal digits alone: no sign, no space.
std::optional<std::uint64_t> parse_whole_number(std::string_view text);

/// `30s`, `15m`, `12h`, `30d`.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);
std::string show_duration(std::chrono::seconds duration);

/// `65536`, `64KiB`, `1MiB`, `2GiB`; a space before the unit is allowed.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string show_size(std::uint64_t bytes);

/// The origin (RFC 6454 §4) of an http or https URL that has neither path, query, fragment nor user: lower case, no
/// slash at its end, no default port.
std::optional<std::string> parse_origin(std::string_view text);

/// The items between commas, without the space around them; an empty text has none.
std::vector<std::string> split_list(std::string_view text);
std::string show_list(const std::vector<std::string>& items);

}  // namespace voyages::part
