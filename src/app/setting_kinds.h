#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"

/// The kinds of settings that there are several of.
namespace voyages::app {

/// `30s`, `15m`, `12h`, `30d`.
Setting duration(std::string name, std::chrono::seconds Config::* field, std::string by_default,
                 std::chrono::seconds least, std::chrono::seconds most, std::string explanation);

/// A whole number.
Setting number(std::string name, std::uint32_t Config::* field, std::uint32_t by_default, std::uint32_t least,
               std::uint32_t most, std::string explanation);

/// Text that `accept` takes; it may be empty when that is the default.
Setting text(std::string name, std::string Config::* field, std::string by_default, std::string valid,
             std::string explanation, bool (*accept)(std::string_view));

/// Items between commas; `accept` may tidy one, and refuses what is not valid.
Setting list(std::string name, std::vector<std::string> Config::* field, std::string valid, std::string explanation,
             std::function<bool(std::string& item)> accept);

/// One of the values that a choice is made from.
template <class T>
struct Choice {
  std::string_view name;
  T value;
};

/// One of some words.
template <class T>
Setting choice(const std::string& name, T Config::* field, const std::string& by_default,
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
              [=](Config& config, std::string_view text) {
                const auto found = std::ranges::find(choices, text, &Choice<T>::name);
                if (found == choices.end()) return false;
                config.*field = found->value;
                return true;
              },
          .show =
              [=](const Config& config) {
                return std::string(std::ranges::find(choices, config.*field, &Choice<T>::value)->name);
              }};
}

}  // namespace voyages::app
