#pragma once

#include <cstdint>

#include "app/config.h"
#include "runtime/server/options.h"

namespace voyages::app {

/// How the server that people talk to is run, by a process that may open so many descriptors: fewer connections than
/// configured where these would not suffice.
runtime::ServerOptions server_options(const Config& config, std::uint64_t descriptors);

/// Raises the limit of open descriptors as far as the system lets us, and returns it.
std::uint64_t raise_descriptor_limit();

}  // namespace voyages::app
