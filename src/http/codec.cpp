#include "http/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace voyages::http::detail {

std::optional<std::string> read_string(const boost::json::value& json, FieldReport& report) {
  if (!json.is_string()) {
    report.add("wrong_type", "This must be text in quotes.");
    return std::nullopt;
  }
  const auto& text = json.get_string();
  if (text.size() > max_string_bytes) {
    report.add("too_long", "This is too long.");
    return std::nullopt;
  }
  return std::string(text);
}

std::optional<Base64> read_base64(const boost::json::value& json, FieldReport& report) {
  if (!json.is_string()) {
    report.add("wrong_type", "This must be text in quotes.");
    return std::nullopt;
  }
  auto bytes = from_base64(json.get_string());
  if (!bytes) {
    report.add("invalid_base64", "This is not base64 (RFC 4648, with padding).");
    return std::nullopt;
  }
  return Base64{std::move(*bytes)};
}

namespace {

std::optional<std::int64_t> out_of_range(std::int64_t min, std::int64_t max, FieldReport& report) {
  report.add("out_of_range", fmt::format("This must be from {} to {}.", min, max));
  return std::nullopt;
}

std::optional<std::int64_t> not_a_whole_number(FieldReport& report) {
  report.add("wrong_type", "This must be a whole number.");
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> read_integer(const boost::json::value& json, std::int64_t min, std::int64_t max,
                                         FieldReport& report) {
  if (!json.is_number()) return not_a_whole_number(report);
  if (json.is_double() && std::trunc(json.get_double()) != json.get_double()) return not_a_whole_number(report);
  boost::system::error_code beyond_int64;
  const auto number = json.to_number<std::int64_t>(beyond_int64);
  if (beyond_int64 || number < min || number > max) return out_of_range(min, max, report);
  return number;
}

std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t min, std::int64_t max,
                                          FieldReport& report) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return out_of_range(min, max, report);
  if (error != std::errc() || end != text.data() + text.size()) return not_a_whole_number(report);
  if (number < min || number > max) return out_of_range(min, max, report);
  return number;
}

std::optional<bool> parse_bool(std::string_view text, FieldReport& report) {
  if (text == "true") return true;
  if (text == "false") return false;
  report.add("wrong_type", "This must be true or false.");
  return std::nullopt;
}

std::optional<Time> parse_time(std::string_view text, FieldReport& report) {
  const auto time = parse_rfc3339(text);
  if (!time) report.add("invalid_time", "This must be a time like 2026-01-31T12:00:00Z.");
  return time;
}

const boost::json::object* read_object(const boost::json::value& json, FieldReport& report) {
  const auto* object = json.if_object();
  if (!object) report.add("wrong_type", "This must be an object in braces.");
  return object;
}

void report_unknown_fields(const boost::json::object& object, std::span<const std::string_view> known,
                           FieldReport& report) {
  for (const auto& member : object) {
    if (std::ranges::find(known, std::string_view(member.key())) != known.end()) continue;
    // The name is the caller's: short enough to show, or it is not shown.
    const FieldReport::Step step(report, std::string_view(member.key()).substr(0, 64));
    report.add("unknown_field", "There is no such field.");
  }
}

void report_missing(FieldReport& report) { report.add("required", "This field is required."); }

void append_integer(std::string& out, std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  out.append(digits, end);
}

}  // namespace voyages::http::detail
