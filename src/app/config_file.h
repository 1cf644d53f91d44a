#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "part/setting.h"

namespace voyages::app {

/// One key of a configuration file.
struct FileEntry {
  std::string name;  // with its groups: `memory` in `[password]` is `password_memory`
  std::optional<part::Setting::Form>
      form;           // nothing for a value that no setting has: a date, a truth value, a fraction
  std::string text;   // as the environment would write it
  std::string place;  // `voyages.toml:3`
};

/// Reads a TOML file of at most 1 MiB, whose groups begin as these settings do. The error is a sentence that names the
/// file and, for bad syntax, the line.
std::expected<std::vector<FileEntry>, std::string> read_config_file(const std::filesystem::path& path,
                                                                    std::span<const part::Setting> settings);

}  // namespace voyages::app
