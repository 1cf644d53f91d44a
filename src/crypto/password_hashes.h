#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace voyages::crypto {

/// What an Argon2 PHC string says that it cost.
struct Argon2Cost {
  bool is_argon2id;
  std::uint32_t memory_kib;
  std::uint32_t passes;
};

std::optional<Argon2Cost> read_argon2_cost(std::string_view phc);

/// True when `stored`, in any of the formats that `PasswordHasher::matches` lists, is of `password`. A stored hash
/// comes from whoever filled the table: one that is malformed, or would cost more than 1 GiB or some seconds, is of
/// nothing.
bool matches_stored_hash(std::string_view password, std::string_view stored);

}  // namespace voyages::crypto
