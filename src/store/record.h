#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "store/table.h"

/// Structs to attributes and back, by the structs' descriptions (`BOOST_DESCRIBE_STRUCT`, in the .cpp that stores them,
/// with the members that are stored). A member's name is its attribute's.
///
/// | member | attribute |
/// | --- | --- |
/// | `bool`, `std::int64_t`, `std::string`, `std::vector<std::string>`, `Bytes` | the same |
/// | `Time` | a number, milliseconds since 1970 |
/// | an enum | its name, by `enum_names(E)` |
/// | `std::optional` | absent when it is empty |
/// | a vector of another type | a list of texts, by `to_stored_text(const T&)` and `read_stored_text(text, T&)` |
///
/// An attribute that is absent or of another type is read as an empty value, as `Item::text` does.
namespace voyages::store {

/// What of a member's storage its name and type do not say.
struct Stored {
  std::string_view member;
  std::string_view attribute{};  // its name, where that is not the member's
  bool as_bytes = false;         // a `std::string` that is no text
  bool unless_empty = false;     // absent when it is empty or false
};

/// The exceptions of a struct, to be specialised with a `std::to_array<Stored>({…})`.
template <class T>
inline constexpr auto stored = std::span<const Stored>();

/// What `enum_names(E)` returns: the values with their names.
template <class E>
using EnumNames = std::span<const std::pair<E, std::string_view>>;

namespace detail {

Stored find_stored(std::span<const Stored> exceptions, std::string_view member);
[[noreturn]] void throw_unknown_name(std::string_view text);

void put(Attributes& attributes, const Stored& how, bool value);
void put(Attributes& attributes, const Stored& how, std::int64_t value);
void put(Attributes& attributes, const Stored& how, const std::string& value);
void put(Attributes& attributes, const Stored& how, const Bytes& value);
void put(Attributes& attributes, const Stored& how, const std::vector<std::string>& value);
void put(Attributes& attributes, const Stored& how, Time value);

void read(const Item& item, const Stored& how, bool& value);
void read(const Item& item, const Stored& how, std::int64_t& value);
void read(const Item& item, const Stored& how, std::string& value);
void read(const Item& item, const Stored& how, Bytes& value);
void read(const Item& item, const Stored& how, std::vector<std::string>& value);
void read(const Item& item, const Stored& how, Time& value);

template <class E>
  requires std::is_enum_v<E>
void put(Attributes& attributes, const Stored& how, E value) {
  for (const auto& [each, name] : enum_names(E{})) {
    if (each == value) put(attributes, how, std::string(name));
  }
}

template <class E>
  requires std::is_enum_v<E>
void read(const Item& item, const Stored& how, E& value) {
  const auto text = item.text(how.attribute);
  for (const auto& [each, name] : enum_names(E{})) {
    if (name != text) continue;
    value = each;
    return;
  }
  throw_unknown_name(text);
}

template <class T>
void put(Attributes& attributes, const Stored& how, const std::optional<T>& value) {
  if (value) put(attributes, how, *value);
}

template <class T>
void read(const Item& item, const Stored& how, std::optional<T>& value) {
  if (!item.attributes.contains(how.attribute)) return;
  value.emplace();
  read(item, how, *value);
}

template <class T>
void put(Attributes& attributes, const Stored& how, const std::vector<T>& value) {
  std::vector<std::string> texts;
  texts.reserve(value.size());
  for (const auto& each : value) texts.push_back(to_stored_text(each));
  put(attributes, how, texts);
}

template <class T>
void read(const Item& item, const Stored& how, std::vector<T>& value) {
  for (const auto& text : item.list(how.attribute)) read_stored_text(text, value.emplace_back());
}

template <class T>
using StoredMembers = boost::describe::describe_members<T, boost::describe::mod_public>;

}  // namespace detail

template <class T>
Attributes to_attributes(const T& record) {
  Attributes attributes;
  boost::mp11::mp_for_each<detail::StoredMembers<T>>([&](auto member) {
    detail::put(attributes, detail::find_stored(stored<T>, member.name), record.*member.pointer);
  });
  return attributes;
}

/// What is not among the attributes, such as an id, is for the caller to fill in.
template <class T>
T from_item(const Item& item) {
  T record{};
  boost::mp11::mp_for_each<detail::StoredMembers<T>>(
      [&](auto member) { detail::read(item, detail::find_stored(stored<T>, member.name), record.*member.pointer); });
  return record;
}

/// The names of all attributes that a `T` may have, for `Query::attributes`.
template <class T>
std::vector<std::string> attribute_names() {
  std::vector<std::string> names;
  boost::mp11::mp_for_each<detail::StoredMembers<T>>(
      [&](auto member) { names.emplace_back(detail::find_stored(stored<T>, member.name).attribute); });
  return names;
}

}  // namespace voyages::store
