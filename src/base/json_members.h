#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>

namespace voyages {

/// The text that `object` has under this name; nothing when it has none, or something else.
inline std::optional<std::string_view> text_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string_view(value->get_string());
}

/// The same, or the empty string.
inline std::string_view text_or_empty(const boost::json::object& object, std::string_view name) {
  return text_in(object, name).value_or("");
}

/// Whether the value is this very text.
inline bool is_text(const boost::json::value& value, std::string_view text) {
  const auto* string = value.if_string();
  return string && std::string_view(*string) == text;
}

/// The object that `object` has under this name, or null.
inline const boost::json::object* object_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value ? value->if_object() : nullptr;
}

}  // namespace voyages
