#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace voyages::bench {

using SteadyClock = std::chrono::steady_clock;

/// A program to start, as the platform starts a function.
struct Program {
  std::vector<std::string> command;
  std::filesystem::path folder;                    // its working directory
  std::map<std::string, std::string> environment;  // all of it
  std::filesystem::path log;                       // what it writes is added here
};

/// How a program ended.
struct Ending {
  int code = 0;    // of exit, or
  int signal = 0;  // what ended it
  double stop_ms = 0;
  double cpu_ms = 0;
};

/// A running program.
class Child {
 public:
  explicit Child(const Program& program);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The moment before execve.
  [[nodiscard]] SteadyClock::time_point started() const { return started_; }
  /// Becomes readable when the program has ended.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// The most memory it ever had, of the program that runs now: a shell that has become another program is left out.
  [[nodiscard]] double peak_mb() const;
  /// Processor time of the program and all its threads so far.
  [[nodiscard]] double cpu_ms() const;
  /// SIGTERM, and after two seconds SIGKILL.
  Ending stop();

 private:
  pid_t pid_ = -1;
  int descriptor_ = -1;
  SteadyClock::time_point started_;
};

}  // namespace voyages::bench
