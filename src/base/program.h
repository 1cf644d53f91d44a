#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/secret.h"

namespace voyages {

/// How long a program may run, and how many bytes it may write.
struct ProgramLimits {
  std::chrono::milliseconds time{60'000};
  std::size_t output_bytes = 64 * 1024;
};

/// What became of a program that was run.
struct ProgramEnd {
  enum class Kind { exited, not_started, too_late, too_much_output };
  Kind kind = Kind::not_started;
  int status = 0;          // the exit status, 128 and the signal's number as in a shell, or errno of what did not start
  Secret output{};         // standard output
  std::string messages{};  // the beginning of standard error
};

/// Runs a program, found by PATH, without a shell and with nothing to read, in a session of its own, and waits for it.
/// What it started goes with it when it exceeds a limit.
/// Nothing is waited for that it leaves behind in the background. It does not see the variables of our environment that
/// begin with `VOYAGES_`: there are secrets among them.
ProgramEnd run_program(const std::vector<std::string>& words, const ProgramLimits& limits = {});

}  // namespace voyages
