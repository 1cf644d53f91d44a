#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/signing_keys.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/context.h"

namespace voyages::auth {

using http::expired_token;
using http::invalid_token;
using http::revoked_token;

/// Makes and checks access tokens: JWTs by the profile of RFC 9068 (`typ: at+jwt`), signed by the ring's current key.
/// Thread-safe.
class AccessTokens {
 public:
  struct Options {
    std::string issuer;  // also the audience, where a token is for no other resource server
    std::chrono::seconds ttl{900};
    /// Verified tokens remembered (by SHA-256), so that the next call costs no signature check; 0 turns this off.
    std::size_t cache_slots = 8192;
  };

  AccessTokens(const SigningKeys& keys, Options options);

  /// Signs a token for the principal; sets its `jti` and `expires_at`.
  [[nodiscard]] Secret issue(http::Principal& principal, Time now) const;
  /// Checks form, signature, `typ`, `iss`, `aud`, `exp`, `nbf` (RFC 7519 §7.2, RFC 9068 §4). Says nothing of
  /// revocation.
  [[nodiscard]] Result<std::shared_ptr<const http::Principal>> check(std::string_view token, Time now);
  /// The same for a token that may be for another resource server.
  [[nodiscard]] Result<std::shared_ptr<const http::Principal>> check_for_anyone(std::string_view token, Time now);

  [[nodiscard]] std::chrono::seconds ttl() const { return options_.ttl; }
  [[nodiscard]] const std::string& issuer() const { return options_.issuer; }

 private:
  [[nodiscard]] Result<std::shared_ptr<const http::Principal>> check_anew(std::string_view token, Time now) const;

  /// One remembered token. A newer token with the same slot displaces it, which bounds the memory.
  struct Slot {
    std::string digest;
    std::uint64_t generation = 0;  // of the key ring that verified it
    std::shared_ptr<const http::Principal> principal;
  };
  static constexpr std::size_t stripes = 64;

  const SigningKeys& keys_;
  Options options_;
  std::array<std::mutex, stripes> mutexes_;  // slot i is guarded by mutex i % stripes
  std::vector<Slot> slots_;
};

}  // namespace voyages::auth
