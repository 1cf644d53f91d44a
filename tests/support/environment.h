#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace voyages::tests {

/// Sets an environment variable, or takes it away, until it goes. Tests that use it run in a process of their own.
class EnvironmentVariable {
 public:
  explicit EnvironmentVariable(std::string name, const char* value = nullptr) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    set(value);
  }
  ~EnvironmentVariable() { set(before_ ? before_->c_str() : nullptr); }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;

  void set(const char* value) {
    if (value) {
      ::setenv(name_.c_str(), value, 1);
    } else {
      ::unsetenv(name_.c_str());
    }
  }

 private:
  std::string name_;
  std::optional<std::string> before_;
};

}  // namespace voyages::tests
