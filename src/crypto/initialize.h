#pragma once

namespace voyages::crypto {

/// Lets libsodium choose its fastest code for this processor; everything here calls it before its first use of a key.
/// Thread-safe, and free after the first time. Throws std::runtime_error when the system has no randomness to give.
void initialize();

}  // namespace voyages::crypto
