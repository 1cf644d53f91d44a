#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace voyages {

/// How much of JSON a caller is ready to take. The size of the text is the caller's to bound.
struct JsonLimits {
  std::size_t max_depth = 32;  // arrays and objects within each other
};

/// Why a text was refused, and how many bytes had been read by then.
struct JsonFault {
  enum class Kind { syntax, duplicate_name, too_deep, not_utf8 };
  Kind kind;
  std::size_t offset;
  std::string name;  // the one that an object has twice
};

/// One JSON text of RFC 8259 and nothing after it. Refused besides: two members of one object with the same name
/// (RFC 7493 §2.3: readers disagree on which one counts), what is not UTF-8, lone surrogates, numbers beyond a double.
/// An integer that fits neither 64-bit type becomes a double.
std::expected<boost::json::value, JsonFault> parse_strict_json(std::string_view text, JsonLimits limits = {});

}  // namespace voyages
