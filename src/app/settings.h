#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "app/config.h"

namespace voyages::app {

/// One thing that an operator can choose: all that is known of it, said once. Reading, printing and documentation
/// derive from it.
struct Setting {
  /// How the file writes it: a TOML string, an integer, or an array of strings.
  enum class Form { text, integer, list };

  std::string name;
  Form form;
  std::string valid;       // what may be written, as the end of "It must be …"
  std::string by_default;  // as the environment would write it
  std::string explanation;
  bool secret;
  std::function<bool(Config&, std::string_view text)> set;  // false for a value that is not valid
  std::function<std::string(const Config&)> show;           // the same way, but a secret masked

  /// `VOYAGES_` and the name in capitals.
  [[nodiscard]] std::string environment() const;
};

/// The table, in the order in which people read it.
std::span<const Setting> settings();

/// The setting of this name, or nothing.
const Setting* find_setting(std::string_view name);

}  // namespace voyages::app
