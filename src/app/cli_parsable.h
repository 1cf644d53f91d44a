#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace voyages::app {

/// Refuses what `T::parse` refuses, with its message. `context` is what `T::parse` needs besides the text.
template <class T, class... Context>
CLI::Validator parsable(Context... context) {
  return {[context...](std::string& text) {
            const auto value = T::parse(text, context...);
            return value ? std::string() : std::string(value.error().message);
          },
          ""};
}

}  // namespace voyages::app
