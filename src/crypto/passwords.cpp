#include "crypto/passwords.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <future>
#include <new>
#include <type_traits>
#include <utility>

#include "base/encoding.h"
#include "base/unavailable.h"
#include "crypto/initialize.h"
#include "crypto/password_hashes.h"
#include "crypto/token.h"

namespace voyages::crypto {

namespace {

// Far above what the lanes of a server let in.
constexpr std::size_t callers_limit = 4096;

// PHC strings spell bytes in base64 without padding.
std::string unpadded(std::string_view bytes) {
  auto text = to_base64(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

}  // namespace

// Each thread of the pool keeps to a core, where the pages that it gave back are still warm: hashing on the threads
// that serve logins, which wait for commits in between and wake anywhere, was a tenth slower.
PasswordHasher::PasswordHasher(PasswordCost cost, unsigned slots)
    : cost_(cost), pool_({.threads = std::max(slots, 1U), .queue = callers_limit, .niceness = 10}) {
  initialize();
  // A hash of nothing: made up rather than computed, for a start must not cost a hash.
  decoy_ = fmt::format("$argon2id$v=19$m={},t={},p=1${}${}", cost.memory_kib, cost.passes, unpadded(random_bytes(16)),
                       unpadded(random_bytes(32)));
}

template <class Work>
auto PasswordHasher::run(Work work) {
  std::packaged_task<std::invoke_result_t<Work>()> task(std::move(work));
  auto result = task.get_future();
  WorkerPool::Job job = [&task] { task(); };
  if (!pool_.try_post(job)) throw Unavailable("too many passwords wait to be hashed");
  return result.get();
}

std::string PasswordHasher::hash(const Secret& password) {
  return run([&] {
    const std::string_view bytes = password.expose();
    std::array<char, crypto_pwhash_STRBYTES> phc{};
    if (crypto_pwhash_str_alg(phc.data(), bytes.data(), bytes.size(), cost_.passes,
                              std::size_t{cost_.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
      throw std::bad_alloc();  // the one reason that libsodium has, besides a cost out of its range
    }
    return std::string(phc.data());
  });
}

bool PasswordHasher::matches(const Secret& password, std::string_view phc) {
  return run([&] { return matches_stored_hash(password.expose(), phc); });
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
