#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "part/options.h"

namespace voyages::part {

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
  std::function<bool(Options&, std::string_view text)> set;  // false for a value that is not valid
  std::function<std::string(const Options&)> show;           // the same way, but a secret masked

  /// `VOYAGES_` and the name in capitals.
  [[nodiscard]] std::string environment() const;
};

/// A setting's `set` or `show` from a function on the options of type T.
template <class T, class Function>
auto on(Function function) {
  return [function](auto& options, auto... text) { return function(options.template of<T>(), text...); };
}

}  // namespace voyages::part
