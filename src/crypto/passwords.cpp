#include "crypto/passwords.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <new>

#include "base/encoding.h"
#include "crypto/initialize.h"
#include "crypto/password_hashes.h"
#include "crypto/token.h"

namespace voyages::crypto {

namespace {

class Slot {
 public:
  explicit Slot(std::counting_semaphore<>& slots) : slots_(slots) { slots_.acquire(); }
  ~Slot() { slots_.release(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

 private:
  std::counting_semaphore<>& slots_;
};

// PHC strings spell bytes in base64 without padding.
std::string unpadded(std::string_view bytes) {
  auto text = to_base64(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

}  // namespace

PasswordHasher::PasswordHasher(PasswordCost cost, unsigned slots) : cost_(cost), slots_(std::max(slots, 1U)) {
  initialize();
  // A hash of nothing: made up rather than computed, for a start must not cost a hash.
  decoy_ = fmt::format("$argon2id$v=19$m={},t={},p=1${}${}", cost.memory_kib, cost.passes, unpadded(random_bytes(16)),
                       unpadded(random_bytes(32)));
}

std::string PasswordHasher::hash(const Secret& password) {
  const Slot slot(slots_);
  const std::string_view bytes = password.expose();
  std::array<char, crypto_pwhash_STRBYTES> phc{};
  if (crypto_pwhash_str_alg(phc.data(), bytes.data(), bytes.size(), cost_.passes, std::size_t{cost_.memory_kib} * 1024,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();  // the one reason that libsodium has, besides a cost out of its range
  }
  return phc.data();
}

bool PasswordHasher::matches(const Secret& password, std::string_view phc) {
  const Slot slot(slots_);
  return matches_stored_hash(password.expose(), phc);
}

bool PasswordHasher::matches_nothing(const Secret& password) {
  static_cast<void>(matches(password, decoy_));
  return false;
}

bool PasswordHasher::needs_rehash(std::string_view phc) const {
  const auto cost = read_argon2_cost(phc);
  return !cost || !cost->is_argon2id || cost->memory_kib < cost_.memory_kib || cost->passes < cost_.passes;
}

}  // namespace voyages::crypto
