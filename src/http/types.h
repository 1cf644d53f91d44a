#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <concepts>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/email_address.h"
#include "base/encoding.h"
#include "base/result.h"
#include "base/uuid.h"
#include "base/visible_text.h"

namespace voyages::http {

/// An input or output without fields.
struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

/// A note on one field for the API description: `static constexpr FieldDoc docs[] = {{"expires_in", "Seconds.",
/// "900"}};` in the struct. `example` is JSON.
struct FieldDoc {
  std::string_view field;
  std::string_view description;
  std::string_view example = {};
};

/// Text of `Min` to `Max` Unicode characters without control characters (but tab and line breaks where `Max` exceeds
/// 1,000).
template <std::size_t Min, std::size_t Max>
class Text {
 public:
  static std::expected<Text, ErrorCode> parse(std::string_view text) {
    const auto length = count_code_points(text);
    if (length < Min) return std::unexpected(Min == 1 ? empty : too_short);
    if (length > Max) return std::unexpected(too_long);
    for (const char c : text) {
      const bool line_layout = c == '\n' || c == '\r' || c == '\t';
      if ((static_cast<unsigned char>(c) < 0x20 && !(line_layout && Max > 1000)) || c == 0x7f) {
        return std::unexpected(control_character);
      }
    }
    return Text(std::string(text));
  }
  static void describe(boost::json::object& schema) {
    schema["minLength"] = Min;
    schema["maxLength"] = Max;
    schema["example"] = "Ada Lovelace";
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  static constexpr ErrorCode empty{"empty", "This must not be empty."};
  static constexpr ErrorCode too_short{"too_short", "This is too short."};
  static constexpr ErrorCode too_long{"too_long", "This is too long."};
  static constexpr ErrorCode control_character{"control_character", "Control characters are not allowed here."};

  explicit Text(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The name of a person or of a thing: `Min` to `Max` characters, kept in NFC with plain spaces, all of which people
/// can see, and no word of which mixes alphabets that look alike.
template <std::size_t Min, std::size_t Max>
class Name {
 public:
  static std::expected<Name, ErrorCode> parse(std::string_view text) {
    if (const auto length = Text<Min, Max>::parse(text); !length) return std::unexpected(length.error());
    auto name = text.empty() ? std::optional(std::string()) : to_visible_name(text);
    if (!name) return std::unexpected(deceptive);
    return Name(std::move(*name));
  }
  static void describe(boost::json::object& schema) { Text<Min, Max>::describe(schema); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  static constexpr ErrorCode deceptive{"deceptive_name",
                                       "Use characters that everybody can see, and one alphabet in a word."};

  explicit Name(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A UUIDv7 as we make them.
class Uuid {
 public:
  static std::expected<Uuid, ErrorCode> parse(std::string_view text) {
    if (!is_uuid7(text)) return std::unexpected(invalid_id);
    return Uuid(std::string(text));
  }
  static void describe(boost::json::object& schema) {
    schema["format"] = "uuid";
    schema["example"] = "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071";
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  static constexpr ErrorCode invalid_id{"invalid_id", "This is not an id."};

  explicit Uuid(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Bytes, in JSON as base64 with padding (RFC 4648 §4). As long as the request's body may be.
struct Base64 {
  std::string bytes{};
};

/// A whole number in a range.
template <std::int64_t Min, std::int64_t Max>
struct Integer {
  static constexpr std::int64_t min = Min;
  static constexpr std::int64_t max = Max;
  std::int64_t value = Min;
};

}  // namespace voyages::http
