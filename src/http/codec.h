#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <concepts>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/types.h"

/// JSON to structs and back, from the structs' own descriptions (Boost.Describe): reading collects every bad field with
/// its path, writing appends text without a tree in between.
namespace voyages::http {

/// A constraint type: made from text at the door, trusted after it.
template <class T>
concept ParsedText = requires(std::string_view text) {
  { T::parse(text) } -> std::same_as<std::expected<T, ErrorCode>>;
};

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !ParsedText<T>;

/// Its own members after those of its base, as an aggregate is initialised. It has one base at most.
template <class T>
using MembersOf = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
using OwnMembersOf = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T>
inline constexpr std::size_t inherited_members =
    // The two are alike for a struct without a base. NOLINTNEXTLINE(misc-redundant-expression)
    boost::mp11::mp_size<MembersOf<T>>::value - boost::mp11::mp_size<OwnMembersOf<T>>::value;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_integer = false;
template <std::int64_t Min, std::int64_t Max>
inline constexpr bool is_integer<Integer<Min, Max>> = true;
template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;

/// Longest string that a field without a tighter type takes, in bytes; and most elements of a list.
inline constexpr std::size_t max_string_bytes = 64 * 1024;
inline constexpr std::size_t max_list_size = 1000;

/// A member's name in JSON: `template_` is `template`, which C++ keeps for itself.
constexpr std::string_view json_name(std::string_view member) {
  if (member.ends_with('_')) member.remove_suffix(1);
  return member;
}

/// The bad fields found so far, and the path of the field being read.
class FieldReport {
 public:
  void add(std::string_view code, std::string_view message) {
    errors_.push_back({path_, std::string(code), std::string(message)});
  }
  [[nodiscard]] bool clean() const { return errors_.empty(); }
  [[nodiscard]] std::vector<FieldError> take() { return std::move(errors_); }

  /// Steps into a member or element until it goes out of scope.
  class Step {
   public:
    Step(FieldReport& report, std::string_view member) : report_(report), length_(report.path_.size()) {
      if (!report.path_.empty()) report.path_ += '.';
      report.path_ += member;
    }
    Step(FieldReport& report, std::size_t index) : report_(report), length_(report.path_.size()) {
      report.path_ += '[' + std::to_string(index) + ']';
    }
    ~Step() { report_.path_.resize(length_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    FieldReport& report_;
    std::size_t length_;
  };

 private:
  std::string path_;
  std::vector<FieldError> errors_;
};

/// The value as a `T`, or nothing with the reasons in the report.
template <class T>
std::optional<T> read_json(const boost::json::value& json, FieldReport& report);

/// The same for a path or query parameter, which is text.
template <class T>
std::optional<T> read_text(std::string_view text, FieldReport& report);

template <class T>
void write_json(std::string& out, const T& value);

namespace detail {

std::optional<std::string> read_string(const boost::json::value& json, FieldReport& report);
std::optional<Base64> read_base64(const boost::json::value& json, FieldReport& report);
std::optional<std::int64_t> read_integer(const boost::json::value& json, std::int64_t min, std::int64_t max,
                                         FieldReport& report);
std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t min, std::int64_t max,
                                          FieldReport& report);
std::optional<bool> parse_bool(std::string_view text, FieldReport& report);
std::optional<Time> parse_time(std::string_view text, FieldReport& report);
const boost::json::object* read_object(const boost::json::value& json, FieldReport& report);
void report_unknown_fields(const boost::json::object& object, std::span<const std::string_view> known,
                           FieldReport& report);
void report_missing(FieldReport& report);
void append_integer(std::string& out, std::int64_t value);

template <class T>
std::optional<T> parse_constrained(std::string_view text, FieldReport& report) {
  auto parsed = T::parse(text);
  if (parsed) return std::move(*parsed);
  report.add(parsed.error().code, parsed.error().message);
  return std::nullopt;
}

template <class T>
std::optional<std::vector<T>> read_list(const boost::json::value& json, FieldReport& report) {
  if (!json.is_array()) {
    report.add("wrong_type", "This must be a list.");
    return std::nullopt;
  }
  if (json.get_array().size() > max_list_size) {
    report.add("too_long", "This list is too long.");
    return std::nullopt;
  }
  std::vector<T> list;
  bool complete = true;
  std::size_t index = 0;
  for (const auto& element : json.get_array()) {
    const FieldReport::Step step(report, index++);
    if (auto value = read_json<T>(element, report)) {
      list.push_back(std::move(*value));
    } else {
      complete = false;
    }
  }
  if (!complete) return std::nullopt;
  return list;
}

// The members, each in an optional: constraint types have no default value to start from.
template <class T, class Members>
struct Slots;
template <class T, class... D>
struct Slots<T, boost::mp11::mp_list<D...>> {
  template <class Descriptor>
  using Member = std::remove_cvref_t<decltype(std::declval<T&>().*Descriptor::pointer)>;

  std::tuple<std::optional<Member<D>>...> values;
  static constexpr std::array<std::string_view, sizeof...(D)> names{json_name(D::name)...};

  /// Reads every member through `read(name, slot)`, so that all faults are reported at once.
  template <class Read>
  std::optional<T> build(Read read) {
    bool complete = true;
    std::apply([&](auto&... slot) { ((complete = read(json_name(D::name), slot) && complete), ...); }, values);
    if (!complete) return std::nullopt;
    constexpr auto inherited = inherited_members<T>;
    return make(std::make_index_sequence<inherited>(), std::make_index_sequence<sizeof...(D) - inherited>());
  }

 private:
  template <std::size_t... Inherited, std::size_t... Own>
  T make(std::index_sequence<Inherited...>, std::index_sequence<Own...>) {
    if constexpr (sizeof...(Inherited) == 0) {
      return T{std::move(*std::get<Own>(values))...};
    } else {
      return T{{std::move(*std::get<Inherited>(values))...},
               std::move(*std::get<sizeof...(Inherited) + Own>(values))...};
    }
  }
};

template <class T>
using SlotsOf = Slots<T, boost::mp11::mp_rename<MembersOf<T>, boost::mp11::mp_list>>;

/// An absent field: fine for an optional, reported for anything else.
template <class M>
bool read_absent(std::optional<M>& slot, FieldReport& report) {
  if constexpr (is_optional<M>) {
    slot.emplace();
    return true;
  } else {
    report_missing(report);
    return false;
  }
}

template <class M>
bool read_member(const boost::json::object& object, std::string_view name, std::optional<M>& slot,
                 FieldReport& report) {
  const FieldReport::Step step(report, name);
  const auto* member = object.if_contains(name);
  if (!member) return read_absent(slot, report);
  slot = read_json<M>(*member, report);
  return slot.has_value();
}

template <class T>
std::optional<T> read_struct(const boost::json::value& json, FieldReport& report) {
  const auto* object = read_object(json, report);
  if (!object) return std::nullopt;
  SlotsOf<T> slots;
  report_unknown_fields(*object, slots.names, report);
  return slots.build([&](std::string_view name, auto& slot) { return read_member(*object, name, slot, report); });
}

}  // namespace detail

template <class T>
std::optional<T> read_json(const boost::json::value& json, FieldReport& report) {
  if constexpr (is_optional<T>) {
    if (json.is_null()) return std::make_optional<T>();
    auto value = read_json<typename T::value_type>(json, report);
    if (!value) return std::nullopt;
    return std::make_optional<T>(std::move(*value));
  } else if constexpr (ParsedText<T>) {
    const auto text = detail::read_string(json, report);
    if (!text) return std::nullopt;
    return detail::parse_constrained<T>(*text, report);
  } else if constexpr (is_integer<T>) {
    const auto number = detail::read_integer(json, T::min, T::max, report);
    if (!number) return std::nullopt;
    return T{*number};
  } else if constexpr (std::same_as<T, Secret>) {
    auto text = detail::read_string(json, report);
    if (!text) return std::nullopt;
    return Secret(std::move(*text));
  } else if constexpr (std::same_as<T, Base64>) {
    return detail::read_base64(json, report);
  } else if constexpr (std::same_as<T, std::string>) {
    return detail::read_string(json, report);
  } else if constexpr (std::same_as<T, bool>) {
    if (json.is_bool()) return json.get_bool();
    report.add("wrong_type", "This must be true or false.");
    return std::nullopt;
  } else if constexpr (std::same_as<T, Time>) {
    const auto text = detail::read_string(json, report);
    if (!text) return std::nullopt;
    return detail::parse_time(*text, report);
  } else if constexpr (std::same_as<T, boost::json::object>) {
    const auto* object = detail::read_object(json, report);
    if (!object) return std::nullopt;
    return *object;
  } else if constexpr (is_vector<T>) {
    return detail::read_list<typename T::value_type>(json, report);
  } else {
    static_assert(Described<T>, "an input field is a constraint type, a list, an optional or a described struct");
    return detail::read_struct<T>(json, report);
  }
}

template <class T>
std::optional<T> read_text(std::string_view text, FieldReport& report) {
  if constexpr (is_optional<T>) {
    auto value = read_text<typename T::value_type>(text, report);
    if (!value) return std::nullopt;
    return std::make_optional<T>(std::move(*value));
  } else if constexpr (ParsedText<T>) {
    return detail::parse_constrained<T>(text, report);
  } else if constexpr (is_integer<T>) {
    const auto number = detail::parse_integer(text, T::min, T::max, report);
    if (!number) return std::nullopt;
    return T{*number};
  } else if constexpr (std::same_as<T, bool>) {
    return detail::parse_bool(text, report);
  } else if constexpr (std::same_as<T, Time>) {
    return detail::parse_time(text, report);
  } else {
    static_assert(std::same_as<T, std::string>, "a path or query parameter is text, a number, a truth value or a time");
    return std::string(text);
  }
}

template <class T>
void write_json(std::string& out, const T& value) {
  if constexpr (is_optional<T>) {
    if (value) {
      write_json(out, *value);
    } else {
      out += "null";
    }
  } else if constexpr (ParsedText<T>) {
    append_json_string(out, value.text());
  } else if constexpr (std::same_as<T, Secret>) {
    append_json_string(out, value.expose());
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    append_json_string(out, value);
  } else if constexpr (std::same_as<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::integral<T>) {
    detail::append_integer(out, static_cast<std::int64_t>(value));
  } else if constexpr (is_integer<T>) {
    detail::append_integer(out, value.value);
  } else if constexpr (std::same_as<T, Time>) {
    append_json_string(out, to_rfc3339(value));
  } else if constexpr (std::same_as<T, boost::json::value> || std::same_as<T, boost::json::object>) {
    out += boost::json::serialize(value);
  } else if constexpr (is_variant<T>) {
    std::visit([&](const auto& alternative) { write_json(out, alternative); }, value);
  } else if constexpr (is_vector<T>) {
    out += '[';
    bool first = true;
    for (const auto& element : value) {
      if (!std::exchange(first, false)) out += ',';
      write_json(out, element);
    }
    out += ']';
  } else {
    static_assert(Described<T>, "an output field has a JSON form");
    out += '{';
    bool first = true;
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
      const auto& field = value.*member.pointer;
      // An absent optional is left out rather than sent as null.
      if constexpr (is_optional<std::remove_cvref_t<decltype(field)>>) {
        if (!field) return;
      }
      if (!std::exchange(first, false)) out += ',';
      out += '"';
      out += json_name(member.name);
      out += "\":";
      write_json(out, field);
    });
    out += '}';
  }
}

}  // namespace voyages::http
