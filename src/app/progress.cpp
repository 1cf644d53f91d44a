#include "app/progress.h"

#include <fmt/format.h>

#include "base/terminal.h"

namespace voyages::app {

void Progress::add(std::uint64_t bytes) {
  constexpr std::uint64_t megabyte = 1'000'000;
  done_ += bytes;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + interval;
  const auto of_total = total_ == 0 ? std::string() : fmt::format(" of {}", total_ / megabyte);
  write_err("{}: {}{} MB.\n", what_, done_ / megabyte, of_total);
}

}  // namespace voyages::app
