#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "crypto/jose.h"

namespace voyages::auth {

/// The longest that an access token may be configured to live. What outlives every token, such as a revocation, lasts
/// this long, since another process may be configured otherwise, or this one may have been until a moment ago.
inline constexpr std::chrono::seconds max_access_token_ttl = std::chrono::days(1);

/// Whether everybody, only invited people, or nobody may make an account.
enum class Registration { open, invite, closed };

/// Whether programs may register themselves as OAuth clients (RFC 7591).
enum class ClientRegistration { off, open };

/// What an operator decides about accounts and sessions.
struct AuthOptions {
  std::string public_url;      // where people reach us: links in mails begin with it
  std::string product_name{};  // what people know us by
  Registration registration = Registration::open;
  ClientRegistration client_registration = ClientRegistration::off;
  std::vector<std::string> client_schemes{};  // private-use ones without a dot that apps may be sent back to
  bool verification_required = false;
  /// Registrations, of people and of programs, and as many mails with links of each kind, that one network may ask for
  /// in an hour; 0: any number.
  std::uint32_t sign_up_limit = 100;
  std::chrono::seconds access_token_ttl = std::chrono::minutes(15);
  std::chrono::seconds refresh_token_ttl = std::chrono::days(30);
  std::chrono::seconds session_ttl = std::chrono::days(90);
  std::chrono::seconds refresh_grace{10};
  std::chrono::seconds revocation_cache{0};  // how long a session that had not ended is believed not to have
  std::chrono::seconds reset_token_ttl = std::chrono::hours(1);
  std::chrono::seconds verify_token_ttl = std::chrono::hours(24);
  std::chrono::seconds invite_token_ttl = std::chrono::days(7);
  crypto::Algorithm signing_algorithm = crypto::Algorithm::EdDSA;
  std::uint32_t password_memory_kib = 19456;
  std::uint32_t password_passes = 2;
  std::uint32_t password_slots = 0;  // 0: one a core
};

/// How many passwords are hashed at once: as configured, else one a core.
unsigned hashing_slots(const AuthOptions& options);

}  // namespace voyages::auth
