#pragma once

#include <string>

#include "app/config.h"

namespace voyages::app {

/// The effective values and where each came from, aligned for people; secrets are masked.
std::string list_config(const LoadedConfig& loaded);

/// `docs/configuration.md`: every setting, from the one table.
std::string config_markdown();

}  // namespace voyages::app
