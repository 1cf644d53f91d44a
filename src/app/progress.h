#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace voyages::app {

/// Says on standard error every few seconds how far long work is. Short work says nothing.
class Progress {
 public:
  /// `what`: "Checking the backup". `total`: its bytes, 0 when that is not known.
  explicit Progress(std::string what, std::uint64_t total = 0) : what_(std::move(what)), total_(total) {}
  void add(std::uint64_t bytes);

 private:
  static constexpr std::chrono::seconds interval{5};

  const std::string what_;
  const std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + interval;
};

}  // namespace voyages::app
