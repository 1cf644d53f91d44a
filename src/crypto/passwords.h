#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "base/worker_pool.h"

namespace voyages::crypto {

/// Argon2id's cost (RFC 9106). Parallelism is 1: one hash is one slot is one core.
struct PasswordCost {
  std::uint32_t memory_kib = 19456;
  std::uint32_t passes = 2;
};

/// Hashes and checks passwords on low-priority threads of its own, `slots` at once; callers wait. Thread-safe.
class PasswordHasher {
 public:
  PasswordHasher(PasswordCost cost, unsigned slots);

  /// A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`.
  [[nodiscard]] std::string hash(const Secret& password);
  /// Accepts our own PHC strings, and imported ones: Argon2i and Argon2id, bcrypt (`$2a$`, `$2b$`, `$2y$`), PBKDF2
  /// (`$pbkdf2-sha256$i=…,l=…$salt$hash`, `$pbkdf2-sha512$`, Django's `pbkdf2_sha256$…`) and scrypt
  /// (`$scrypt$ln=…,r=…,p=…$…`). A malformed or absurdly expensive hash matches nothing.
  [[nodiscard]] bool matches(const Secret& password, std::string_view phc);
  /// As long as `matches` takes for a hash of today's cost, and false: for addresses that nobody has.
  bool matches_nothing(const Secret& password);
  /// True when a password that matched should be hashed again: another algorithm or a lower cost than today's.
  [[nodiscard]] bool needs_rehash(std::string_view phc) const;

 private:
  template <class Work>
  auto run(Work work);

  PasswordCost cost_;
  std::string decoy_;
  WorkerPool pool_;
};

}  // namespace voyages::crypto
