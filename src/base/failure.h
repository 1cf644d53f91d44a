#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace voyages {

/// A command that cannot do what it was asked, in two sentences for the person at the terminal: what is wrong, and what
/// to do next. The command line prints both, the second one last, and exits with 1.
class Failure : public std::runtime_error {
 public:
  Failure(const std::string& problem, std::string next_step)
      : std::runtime_error(problem), next_step_(std::move(next_step)) {}

  [[nodiscard]] const std::string& next_step() const { return next_step_; }

 private:
  std::string next_step_;
};

}  // namespace voyages
