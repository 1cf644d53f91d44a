#pragma once

#include <atomic>
#include <boost/json.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "crypto/jose.h"
#include "crypto/seal.h"
#include "store/table.h"

namespace voyages::auth {

/// What a key was made for. Access tokens are signed by one algorithm at a time; ID tokens by the one that their client
/// understands.
enum class KeyUse { access_token, id_token };

/// One key of the ring. It is published from `created_at`, signs from `signs_from` until a newer key does, and verifies
/// until `expires_at`, if it has one.
struct SigningKey {
  crypto::Jwk jwk;
  KeyUse use = KeyUse::access_token;
  Time created_at{};
  Time signs_from{};
  std::optional<Time> expires_at{};
};

/// The keys that sign tokens, kept in the table under the master key, and in memory. Thread-safe.
class SigningKeys {
 public:
  /// How long a new key is published before it signs: longer than anybody caches our JWKS.
  static constexpr std::chrono::minutes publish_ahead{10};

  /// Loads the ring, and makes the first key of `algorithm` when there is none. Throws std::runtime_error when the
  /// master key does not open them.
  SigningKeys(store::Table& table, const crypto::MasterKey& master_key, crypto::Algorithm algorithm, Time now);

  /// The key that signs access tokens.
  [[nodiscard]] crypto::Jwk current(Time now) const;
  /// The key that signs ID tokens of this algorithm. It is made when there is none, since making an RSA key takes long
  /// and not everybody needs one.
  [[nodiscard]] crypto::Jwk for_id_tokens(crypto::Algorithm algorithm, Time now);
  /// The key of this `kid`, if it may still verify.
  [[nodiscard]] std::optional<crypto::Jwk> find(std::string_view kid, Time now) const;
  [[nodiscard]] std::vector<SigningKey> list(Time now) const;

  /// Adds a key of `algorithm` for access tokens, and one for each algorithm of ID tokens in use. They start to sign
  /// after `publish_ahead`; the others verify for `overlap` after that. With `at_once` they sign now and the others
  /// verify nothing any more: for keys that leaked.
  void rotate(crypto::Algorithm algorithm, std::chrono::seconds overlap, Time now, bool at_once);
  /// Reads the ring again: another process may have rotated it.
  void reload();
  /// Changes whenever the ring does, so that what was verified with an older ring is not trusted for longer.
  [[nodiscard]] std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

 private:
  bool store_new(std::string sort_key, crypto::Algorithm algorithm, KeyUse use, Time signs_from, Time now);
  void add_first(crypto::Algorithm algorithm, KeyUse use, Time now);
  store::Key add(crypto::Algorithm algorithm, KeyUse use, Time signs_from, Time now);
  [[nodiscard]] std::optional<crypto::Jwk> find_for_id_tokens(crypto::Algorithm algorithm, Time now) const;
  [[nodiscard]] std::shared_ptr<const std::vector<SigningKey>> snapshot() const;

  store::Table& table_;
  const crypto::MasterKey& master_key_;
  std::mutex making_;  // one thread at a time makes a key that was missing
  mutable std::mutex mutex_;
  std::shared_ptr<const std::vector<SigningKey>> keys_ = std::make_shared<std::vector<SigningKey>>();  // newest first
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace voyages::auth
