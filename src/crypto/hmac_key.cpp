#include <sodium.h>

#include "base/encoding.h"
#include "crypto/key_material.h"
#include "crypto/openssl.h"
#include "crypto/token.h"

namespace voyages::crypto {

namespace {

constexpr std::size_t min_key_bytes = 32;  // RFC 7518 §3.2: as long as the hash, at least
constexpr std::size_t max_key_bytes = 1024;

struct Hmac final : Jwk::Material {
  Secret key;

  [[nodiscard]] Algorithm algorithm() const override { return Algorithm::HS256; }
  [[nodiscard]] bool is_private() const override { return true; }
  [[nodiscard]] boost::json::object required_members() const override {
    return {{"k", to_base64url(key.expose())}, {"kty", "oct"}};
  }
  void add_private_members(boost::json::object& jwk) const override {
    const Secret k(to_base64url(key.expose()));
    jwk["k"] = k.expose();
  }
  [[nodiscard]] std::string sign(std::string_view input) const override {
    std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_of(key.expose()), key.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(input), input.size());
    crypto_auth_hmacsha256_final(&state, bytes_of(mac));
    sodium_memzero(&state, sizeof state);
    return mac;
  }
  [[nodiscard]] bool verify(std::string_view input, std::string_view signature) const override {
    return equal_in_constant_time(sign(input), signature);
  }
};

}  // namespace

std::shared_ptr<Jwk::Material> generate_hmac() {
  auto material = std::make_shared<Hmac>();
  material->key = Secret(random_bytes(min_key_bytes));
  return material;
}

// RFC 7518 §6.4
MaterialResult parse_hmac(const boost::json::object& jwk) {
  auto k = read_bytes(jwk, "k");
  if (!k) return std::unexpected(JoseError::malformed);
  if (k->size() < min_key_bytes || k->size() > max_key_bytes) return std::unexpected(JoseError::unsupported_key);
  auto material = std::make_shared<Hmac>();
  material->key = std::move(*k);
  return material;
}

}  // namespace voyages::crypto
