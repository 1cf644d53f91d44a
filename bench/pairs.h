#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/load.h"

namespace voyages::bench {

double median(std::vector<double> values);

/// Two loads in turn, several rounds: the medians, and their ratio from one and the same run.
struct Pair {
  double value;
  double peer;
};
Pair in_turn(int rounds, const std::function<double()>& value, const std::function<double()>& peer);

/// The value, if nothing failed; else throws.
double checked(const LoadResult& result, double value);
/// Requests a second.
double rate_of(std::uint16_t port, std::vector<Client> clients, std::chrono::milliseconds duration);

/// Clients that ask the same again and again, and are answered 200.
std::vector<Client> repeat(const std::string& request, std::size_t count);

}  // namespace voyages::bench
