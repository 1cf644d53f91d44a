#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "http/codec.h"

/// JSON Schema 2020-12 (as OpenAPI 3.1 uses it) from the same descriptions that reading and writing use.
namespace voyages::http {

/// The schemas of all described structs, by name: OpenAPI's `components/schemas`.
using SchemaBook = boost::json::object;

/// The unqualified name of a struct: `LoginRequest`.
template <class T>
constexpr std::string_view type_name() {
  // Both compilers end in `T = voyages::auth::LoginRequest` followed by `;` or `]`.
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("T = ") + 4);
  name = name.substr(0, name.find_first_of(";]"));
  return name.substr(name.rfind(':') + 1);
}

/// Its name among the schemas.
template <class T>
constexpr std::string_view schema_name() {
  if constexpr (requires { T::schema_name; }) {
    return T::schema_name;
  } else {
    return type_name<T>();
  }
}

template <class T>
boost::json::object schema_of(SchemaBook& book);

namespace detail {

// A struct's own members, then those of its base: what a list filters by comes before its limit and cursor.
template <class T>
using ShownMembers = boost::mp11::mp_rotate_left_c<MembersOf<T>, inherited_members<T>>;

template <class T>
void add_docs(std::string_view field, boost::json::object& schema) {
  if constexpr (requires { T::docs; }) {
    for (const FieldDoc& doc : T::docs) {
      if (doc.field != field) continue;
      schema["description"] = doc.description;
      if (!doc.example.empty()) schema["example"] = boost::json::parse(doc.example);
    }
  }
}

template <class T>
boost::json::object struct_schema(SchemaBook& book) {
  boost::json::object properties;
  boost::json::array required;
  boost::json::object example;
  bool is_whole = true;  // an example without a required member would be a wrong one
  boost::mp11::mp_for_each<ShownMembers<T>>([&](auto member) {
    using M = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    auto property = schema_of<M>(book);
    const auto name = json_name(member.name);
    add_docs<T>(name, property);
    if (const auto* shown = property.if_contains("example")) example[name] = *shown;
    if constexpr (!is_optional<M>) {
      required.emplace_back(name);
      is_whole = is_whole && example.contains(name);
    }
    properties[name] = std::move(property);
  });
  boost::json::object schema{
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  if (is_whole && !example.empty()) schema["example"] = std::move(example);
  return schema;
}

}  // namespace detail

/// The schema of a `T`; for a described struct a `$ref` into `book`, which gains it.
template <class T>
boost::json::object schema_of(SchemaBook& book) {
  if constexpr (is_optional<T>) {
    return schema_of<typename T::value_type>(book);
  } else if constexpr (std::same_as<T, Email>) {
    return {{"type", "string"}, {"format", "email"}, {"maxLength", 254}, {"example", "ada@example.com"}};
  } else if constexpr (ParsedText<T>) {
    boost::json::object schema{{"type", "string"}};
    T::describe(schema);
    return schema;
  } else if constexpr (std::same_as<T, Secret> || std::convertible_to<T, std::string_view>) {
    return {{"type", "string"}};
  } else if constexpr (std::same_as<T, Base64>) {
    return {{"type", "string"}, {"contentEncoding", "base64"}};
  } else if constexpr (std::same_as<T, bool>) {
    return {{"type", "boolean"}, {"example", true}};
  } else if constexpr (std::integral<T>) {
    return {{"type", "integer"}, {"format", "int64"}};
  } else if constexpr (is_integer<T>) {
    return {{"type", "integer"}, {"minimum", T::min}, {"maximum", T::max}};
  } else if constexpr (std::same_as<T, Time>) {
    return {{"type", "string"}, {"format", "date-time"}, {"example", "2026-01-31T12:00:00.000Z"}};
  } else if constexpr (std::same_as<T, boost::json::object>) {
    return {{"type", "object"}};
  } else if constexpr (std::same_as<T, boost::json::value>) {
    return {};
  } else if constexpr (is_vector<T>) {
    auto items = schema_of<typename T::value_type>(book);
    boost::json::object schema{{"type", "array"}, {"maxItems", max_list_size}};
    if (const auto* example = items.if_contains("example")) schema["example"] = boost::json::array{*example};
    schema["items"] = std::move(items);
    return schema;
  } else if constexpr (is_variant<T>) {
    boost::json::array alternatives;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, T>>(
        [&](auto alternative) { alternatives.push_back(schema_of<typename decltype(alternative)::type>(book)); });
    return {{"oneOf", std::move(alternatives)}};
  } else {
    static_assert(Described<T>);
    const auto name = schema_name<T>();
    if (!book.contains(name)) book[name] = detail::struct_schema<T>(book);
    boost::json::object reference{{"$ref", "#/components/schemas/" + std::string(name)}};
    if (const auto* example = book.at(name).as_object().if_contains("example")) reference["example"] = *example;
    return reference;
  }
}

}  // namespace voyages::http
