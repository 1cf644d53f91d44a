#include "app/commands.h"
#include "app/config_print.h"
#include "base/terminal.h"

namespace voyages::app {

int print_config(const LoadedConfig& loaded) {
  const auto file = loaded.file ? loaded.file->string() : "none";
  write_out("# configuration file: {}\n{}", file, list_config(loaded));
  return 0;
}

int print_config_markdown() {
  write_out("{}", config_markdown());
  return 0;
}

int print_version() {
  write_out("voyages {}\n", VOYAGES_VERSION);
  return 0;
}

}  // namespace voyages::app
