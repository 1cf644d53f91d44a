#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/report.h"

namespace voyages::bench {

/// First-party clients of the OpenID provider, with a secret, and what signs their ID tokens.
struct OAuthClients {
  std::string rs256;  // client_id
  std::string eddsa;
};
/// Puts them into a data folder that no server is using.
OAuthClients seed_clients(const std::filesystem::path& data);

struct Rounds {
  int count;
  std::chrono::milliseconds duration;
};
/// The code flow, the token endpoint, userinfo and introspection of a server over that folder, with 1 and 64 clients,
/// against `/health/live`, the raw rate of signing and that of grouped commits; `raw` is a folder for the latter.
std::vector<Row> measure_oauth(std::uint16_t port, const OAuthClients& clients, Rounds rounds,
                               const std::filesystem::path& raw);

}  // namespace voyages::bench
