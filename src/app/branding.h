#pragma once

#include <string>

#include "app/config.h"

namespace voyages::app {

/// What the pages look like on this server: the operator's files, read once.
struct Branding {
  std::string css;        // the colour, then the operator's own rules
  std::string logo;       // empty: ours
  std::string logo_type;  // of `logo`
};

/// Throws `Failure` for a file that is not there, too large, or no logo.
Branding load_branding(const Config& config);

}  // namespace voyages::app
