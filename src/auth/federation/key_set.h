#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "crypto/jose.h"

namespace voyages::auth::federation {

/// A provider's public keys (RFC 7517 §5) of the algorithms that we take; the others are passed over, as are more than
/// a hundred.
class KeySet {
 public:
  /// Nothing for what is no JWK set.
  static std::optional<KeySet> parse(const boost::json::value& document);

  /// The key that this token names by `kid`; without one, the set's only key of the token's algorithm (OpenID Connect
  /// Core §10.1).
  [[nodiscard]] const crypto::Jwk* find(const crypto::UnverifiedJws& token) const;

 private:
  struct Key {
    crypto::Jwk jwk;
    bool has_kid;
  };
  explicit KeySet(std::vector<Key> keys) : keys_(std::move(keys)) {}
  std::vector<Key> keys_;
};

}  // namespace voyages::auth::federation
