#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <utility>

/// What the command line says. It may tell what strangers have chosen (an address, a name, another server's words), so
/// all that a terminal would obey, and all that hides, arrives escaped: `\u{1b}`.
namespace voyages {

void write_visible(std::FILE* file, std::string_view text);

/// To standard output.
template <class... Args>
void write_out(fmt::format_string<Args...> format, Args&&... args) {
  write_visible(stdout, fmt::format(format, std::forward<Args>(args)...));
}

/// To standard error.
template <class... Args>
void write_err(fmt::format_string<Args...> format, Args&&... args) {
  write_visible(stderr, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace voyages
