#include <fmt/format.h>

#include "app/commands.h"
#include "app/config_print.h"

namespace voyages::app {

int print_config(const LoadedConfig& loaded) {
  const auto file = loaded.file ? loaded.file->string() : "none";
  fmt::print("# configuration file: {}\n{}", file, list_config(loaded));
  return 0;
}

int print_config_markdown() {
  fmt::print("{}", config_markdown());
  return 0;
}

int print_version() {
  fmt::print("voyages {}\n", VOYAGES_VERSION);
  return 0;
}

}  // namespace voyages::app
