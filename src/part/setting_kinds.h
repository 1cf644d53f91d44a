#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "part/setting.h"

/// The kinds of settings that there are several of. Each fills a field of a service's options:
/// `&AuthOptions::session_ttl`.
namespace voyages::part {

/// A field of type V of any options.
template <class V>
struct Field {
  template <class T>
  Field(V T::* member)  // NOLINT(google-explicit-constructor): a setting names its field and nothing more
      : set([member](Options& options, V value) { options.of<T>().*member = std::move(value); }),
        get([member](const Options& options) { return options.of<T>().*member; }) {}

  std::function<void(Options&, V)> set;
  std::function<V(const Options&)> get;
};

/// `30s`, `15m`, `12h`, `30d`.
Setting duration(std::string name, const Field<std::chrono::seconds>& field, std::string by_default,
                 std::chrono::seconds least, std::chrono::seconds most, std::string explanation);

/// A whole number.
Setting number(std::string name, const Field<std::uint32_t>& field, std::uint32_t by_default, std::uint32_t least,
               std::uint32_t most, std::string explanation);

/// Text that `accept` takes; it may be empty when that is the default.
Setting text(std::string name, const Field<std::string>& field, std::string by_default, std::string valid,
             std::string explanation, bool (*accept)(std::string_view));

/// Items between commas; `accept` may tidy one, and refuses what is not valid.
Setting list(std::string name, const Field<std::vector<std::string>>& field, std::string valid, std::string explanation,
             std::function<bool(std::string& item)> accept);

/// The path of a file or a directory, or nothing.
Setting path(std::string name, const Field<std::filesystem::path>& field, std::string valid, std::string explanation);

/// One of the values that a choice is made from.
template <class T>
struct Choice {
  std::string_view name;
  T value;
};

/// One of some words.
template <class T>
Setting choice(const std::string& name, const Field<T>& field, const std::string& by_default,
               std::vector<Choice<T>> choices, const std::string& explanation) {
  std::string valid;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    valid += i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ";
    valid += choices[i].name;
  }
  return {.name = name,
          .form = Setting::Form::text,
          .valid = std::move(valid),
          .by_default = by_default,
          .explanation = explanation,
          .secret = false,
          .set =
              [=](Options& options, std::string_view text) {
                const auto found = std::ranges::find(choices, text, &Choice<T>::name);
                if (found == choices.end()) return false;
                field.set(options, found->value);
                return true;
              },
          .show =
              [=](const Options& options) {
                return std::string(std::ranges::find(choices, field.get(options), &Choice<T>::value)->name);
              }};
}

}  // namespace voyages::part
