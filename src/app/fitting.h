#pragma once

#include <functional>
#include <memory>

#include "app/config.h"
#include "base/log.h"
#include "part/house.h"

namespace voyages::app {

class Amazon;

/// What a fitting is made of. All of it outlives the fitting.
struct Site {
  const Config& config;
  Amazon* amazon;  // null if nothing is on AWS
  Logger& log;
};

/// An adapter for one part alone, beyond the ports that all parts have: what takes its mail, for example.
struct Fitting {
  std::function<bool(const Config&)> is_on_amazon;
  std::function<bool(const Config&)> uses_data_directory;
  /// Offers the part what it asks for, which lives as long as what is returned. Opens no connection and no file.
  std::function<std::shared_ptr<void>(const Site&, part::Offers&)> install;
};

}  // namespace voyages::app
