#pragma once

#include <filesystem>

#include "crypto/jose.h"

namespace voyages::bench {

/// What this machine can do without a server around it: the yardsticks for the server's figures. A rate is per second.
struct VerifyRates {
  double raw;       // Ed25519 verification of a token's bytes
  double uncached;  // AccessTokens::verify with the cache off
  double cached;
};
VerifyRates measure_verification(const std::filesystem::path& data);

/// Argon2id hashes of the default cost, on every core at once.
double measure_password_hashes();

/// Signatures of a token's size, on every core at once.
double measure_signatures(crypto::Algorithm algorithm);

/// The rows of a refresh, written in transactions of `group` refreshes by one plain SQLite connection.
double measure_grouped_commits(const std::filesystem::path& data, int group);

}  // namespace voyages::bench
