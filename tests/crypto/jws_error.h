#pragma once

#include <optional>
#include <string_view>

#include "crypto/jose.h"

namespace voyages::crypto {

/// Why a JWS is refused with this key; nullopt when it is valid.
inline std::optional<JoseError> jws_error(std::string_view compact, const Jwk& key) {
  const auto payload = verify_jws(compact, key);
  return payload ? std::nullopt : std::optional(payload.error());
}

}  // namespace voyages::crypto
