#pragma once

#include <span>

#include "app/parts.h"

namespace voyages::app {

/// The whole program: reads the command line and the configuration, runs the command. Answers the exit code: 0 when all
/// went well, 1 when the command failed, 2 when it was called or configured wrongly. The last line on standard error
/// then says what to do next.
int run_cli(int argc, const char* const* argv, std::span<const part::Part> parts = app::parts());

}  // namespace voyages::app
