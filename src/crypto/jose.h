#pragma once

#include <boost/json.hpp>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace voyages::crypto {

/// RFC 7518 §3.1 and RFC 8037 §3.1. `none` does not exist here.
enum class Algorithm { EdDSA, ES256, RS256, HS256 };

std::string_view to_string(Algorithm algorithm);
std::optional<Algorithm> parse_algorithm(std::string_view text);

/// Why a JWK or JWS was refused; the caller's message stays vague, the log's does not.
enum class JoseError {
  malformed,
  unsupported_key,
  unknown_algorithm,
  algorithm_mismatch,
  critical_header,
  bad_signature
};

std::string_view to_string(JoseError error);

/// A key that signs or verifies with exactly one algorithm: it belongs to the key, and is never taken from a token
/// (RFC 8725 §3.1). Copies share the key. Thread-safe.
class Jwk {
 public:
  /// A fresh private key: Ed25519, P-256, RSA 3072 bits, or 256 random bits.
  static Jwk generate(Algorithm algorithm);
  /// RFC 7517. `alg` may be absent where `kty`/`crv` leave one choice; RSA without `alg` means RS256. Refused: RSA
  /// under 2,048 bits, points off the curve, a private part that does not match the public one, `use` other than `sig`.
  static std::expected<Jwk, JoseError> parse(const boost::json::object& jwk);

  [[nodiscard]] Algorithm algorithm() const;
  [[nodiscard]] bool is_private() const;
  /// The `kid` given, or else the RFC 7638 thumbprint (RFC 8037 Appendix A.3 for Ed25519).
  [[nodiscard]] const std::string& kid() const;
  [[nodiscard]] std::string thumbprint() const;
  /// For the JWKS: `kty`, `use`, `alg`, `kid` and the public members. Throws std::logic_error for a symmetric key.
  [[nodiscard]] boost::json::object to_public_jwk() const;
  /// With the private members; for rest under the master key only.
  [[nodiscard]] Secret to_private_jwk() const;

  /// The raw JWS signature of `input` (for ES256: r || s, RFC 7518 §3.4). Throws std::logic_error without a private
  /// part.
  [[nodiscard]] std::string sign(std::string_view input) const;
  [[nodiscard]] bool verify(std::string_view input, std::string_view signature) const;

  struct Material;  // public so that the implementation's free functions can see it

 private:
  explicit Jwk(std::shared_ptr<const Material> material) : material_(std::move(material)) {}
  std::shared_ptr<const Material> material_;
};

/// A compact JWS taken apart, nothing believed yet.
struct UnverifiedJws {
  boost::json::object header;
  std::string payload;
  std::string_view signing_input;  // into the text given to `parse_jws`
  std::string signature;

  [[nodiscard]] std::string_view text(std::string_view member) const;  // a header member that is a string, or empty
};

/// RFC 7515 §7.1. Refused: more than 16 KB, other than three parts, sloppy base64url, a header that is not one JSON
/// object without duplicate names, any `crit` (§4.1.11: we understand no extension), `b64`.
std::expected<UnverifiedJws, JoseError> parse_jws(std::string_view compact);

/// Whether the signature holds. The token's `alg` must be the key's.
std::expected<void, JoseError> verify_jws(const UnverifiedJws& jws, const Jwk& key);

/// The payload, once the signature holds. The token's `alg` must be the key's.
std::expected<std::string, JoseError> verify_jws(std::string_view compact, const Jwk& key);

/// `typ` goes into the protected header when it is not empty (RFC 9068: `at+jwt`).
std::string sign_jws(std::string_view payload, const Jwk& key, std::string_view typ = {});

}  // namespace voyages::crypto
