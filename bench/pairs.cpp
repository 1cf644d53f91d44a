#include "bench/pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace voyages::bench {

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

Pair in_turn(int rounds, const std::function<double()>& value, const std::function<double()>& peer) {
  std::vector<double> values;
  std::vector<double> peers;
  for (int i = 0; i < rounds; ++i) {
    values.push_back(value());
    peers.push_back(peer());
  }
  return {median(values), median(peers)};
}

double checked(const LoadResult& result, double value) {
  if (result.failures > 0)
    throw std::runtime_error(fmt::format("{} of {} requests failed", result.failures, result.requests));
  return value;
}

double rate_of(std::uint16_t port, std::vector<Client> clients, std::chrono::milliseconds duration) {
  const auto result = run_load(port, std::move(clients), duration);
  return checked(result, result.requests_per_s);
}

std::vector<Client> repeat(const std::string& request, std::size_t count) {
  const Client client{[request] { return request; }, [](const Answer& answer) { return answer.status == 200; }};
  return std::vector<Client>(count, client);
}

}  // namespace voyages::bench
