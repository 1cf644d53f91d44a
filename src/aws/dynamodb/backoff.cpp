#include "aws/dynamodb/backoff.h"

#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

namespace voyages::aws::dynamodb {

namespace {

// Two seconds and a half on average until the last try.
constexpr unsigned most_tries = 12;
constexpr std::uint32_t first_us = 20'000;
constexpr std::uint32_t longest_us = 640'000;

}  // namespace

bool Backoff::again() {
  if (tries_ >= most_tries) return false;
  const auto bound_us = std::min(first_us << (tries_ - 1), longest_us);
  ++tries_;
  std::this_thread::sleep_for(std::chrono::microseconds(randombytes_uniform(bound_us)));
  return true;
}

}  // namespace voyages::aws::dynamodb
