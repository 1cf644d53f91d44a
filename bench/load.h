#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace voyages::bench {

/// What one run of a load gave.
struct LoadResult {
  double requests_per_s = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;  // an answer with another status than the one expected, or none
};

/// One client: makes its next request from the answer to the last one. It waits for an answer before it asks again.
struct Client {
  std::function<std::string()> next_request;               // a whole HTTP/1.1 request
  std::function<bool(int, std::string_view)> take_answer;  // status and body; false counts as a failure
};

/// Runs all clients, each on a connection of its own, from one thread for as long as `duration` says.
LoadResult run_load(std::uint16_t port, std::vector<Client> clients, std::chrono::milliseconds duration);

/// One request on a fresh connection; the answer's body. Throws when the status is not `expected`.
std::string call(std::uint16_t port, const std::string& request, int expected);

std::string get_request(std::string_view path, std::string_view access_token = {});
std::string post_request(std::string_view path, std::string_view json, std::string_view access_token = {});

}  // namespace voyages::bench
