#pragma once

#include <boost/json.hpp>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/jose.h"

namespace voyages::crypto {

/// What differs from one algorithm's key to another's.
struct Jwk::Material {
  virtual ~Material() = default;
  [[nodiscard]] virtual Algorithm algorithm() const = 0;
  [[nodiscard]] virtual bool is_private() const = 0;
  /// The members that RFC 7638 §3.2 requires, in lexicographic order; of an asymmetric key, exactly the public ones.
  [[nodiscard]] virtual boost::json::object required_members() const = 0;
  /// Adds what only the owner of the key has.
  virtual void add_private_members(boost::json::object& jwk) const = 0;
  /// Empty when the key's numbers do not allow it, as those of a broken imported key.
  [[nodiscard]] virtual std::string sign(std::string_view input) const = 0;
  [[nodiscard]] virtual bool verify(std::string_view input, std::string_view signature) const = 0;

  std::string kid;
};

using MaterialResult = std::expected<std::shared_ptr<Jwk::Material>, JoseError>;

std::shared_ptr<Jwk::Material> generate_ed25519();
std::shared_ptr<Jwk::Material> generate_p256();
std::shared_ptr<Jwk::Material> generate_rsa();
std::shared_ptr<Jwk::Material> generate_hmac();

/// Each reads the members of its own `kty` alone: `alg`, `use`, `kid` are the same for all.
MaterialResult parse_ed25519(const boost::json::object& jwk);
MaterialResult parse_p256(const boost::json::object& jwk);
MaterialResult parse_rsa(const boost::json::object& jwk);
MaterialResult parse_hmac(const boost::json::object& jwk);

/// The bytes of a member that must be base64url; nothing when it is absent or something else.
std::optional<Secret> read_bytes(const boost::json::object& jwk, std::string_view member);
/// The string that a member is, or empty.
std::string_view read_text(const boost::json::object& object, std::string_view member);

}  // namespace voyages::crypto
