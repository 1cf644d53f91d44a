#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace voyages::app {

/// Refuses what `T::parse` refuses, with its message.
template <class T>
CLI::Validator parsable() {
  return {[](std::string& text) {
            const auto value = T::parse(text);
            return value ? std::string() : std::string(value.error().message);
          },
          ""};
}

}  // namespace voyages::app
