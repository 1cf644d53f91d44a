#pragma once

#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "crypto/jose.h"

namespace voyages::auth::federation {

/// Why an ID token was refused; for the log.
enum class IdTokenFault {
  algorithm_not_allowed,
  wrong_type,
  unknown_key,
  bad_signature,
  not_claims,
  wrong_issuer,
  wrong_audience,
  wrong_authorized_party,
  expired,
  not_yet_issued,
  not_yet_valid,
  wrong_nonce,
  no_subject,
};

std::string_view to_string(IdTokenFault fault);

/// What an ID token must say to be the answer to our question.
struct Expected {
  std::string_view issuer;
  std::string_view client_id;
  std::string_view nonce;
};

/// How far a provider's clock may be from ours.
inline constexpr std::chrono::seconds clock_leeway{60};

/// Whether we would believe this token's algorithm: those of public keys alone, and never `none` (RFC 8725 §3.2).
bool is_allowed_algorithm(const crypto::UnverifiedJws& token);

/// The claims of a token that `key` has signed and that is meant for us, now (OpenID Connect Core §3.1.3.7); `key` may
/// be null: unknown.
std::expected<boost::json::object, IdTokenFault> check_id_token(const crypto::UnverifiedJws& token,
                                                                const crypto::Jwk* key, const Expected& expected,
                                                                Time now);

/// When its subject last proved who they are (§2, `auth_time`); nothing when the claims do not say. Never later than
/// now, and so little before that clocks alone may make the difference is now.
std::optional<Time> read_auth_time(const boost::json::object& claims, Time now);

}  // namespace voyages::auth::federation
