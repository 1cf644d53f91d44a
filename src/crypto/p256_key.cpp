#include <openssl/core_names.h>
#include <openssl/ecdsa.h>

#include <new>
#include <stdexcept>

#include "base/encoding.h"
#include "crypto/key_material.h"
#include "crypto/openssl.h"

namespace voyages::crypto {

namespace {

constexpr std::size_t number_bytes = 32;  // RFC 7518 §6.2.1.2: coordinates keep their leading zeros

// RFC 7518 §3.4: a JWS holds r || s, where OpenSSL speaks DER.
std::string to_raw(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!signature) return {};
  std::string raw(2 * number_bytes, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes_of(raw), number_bytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes_of(raw) + number_bytes, number_bytes);
  return raw;
}

std::string to_der(std::string_view raw) {
  const EcdsaSignature signature(ECDSA_SIG_new());
  if (!signature) throw std::bad_alloc();
  ECDSA_SIG_set0(signature.get(), to_bignum(raw.substr(0, number_bytes)).release(),
                 to_bignum(raw.substr(number_bytes)).release());
  std::string der(80, '\0');  // 2 + 2 * (2 + 33), rounded up
  unsigned char* end = bytes_of(der);
  der.resize(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), &end)));
  return der;
}

struct P256 final : Jwk::Material {
  EvpKey key;
  bool has_private_part = false;

  [[nodiscard]] Algorithm algorithm() const override { return Algorithm::ES256; }
  [[nodiscard]] bool is_private() const override { return has_private_part; }
  [[nodiscard]] boost::json::object required_members() const override {
    const auto coordinate = [this](const char* name) {
      return to_base64url(number_of(*key, name, number_bytes).expose());
    };
    return {{"crv", "P-256"},
            {"kty", "EC"},
            {"x", coordinate(OSSL_PKEY_PARAM_EC_PUB_X)},
            {"y", coordinate(OSSL_PKEY_PARAM_EC_PUB_Y)}};
  }
  void add_private_members(boost::json::object& jwk) const override {
    const Secret d(to_base64url(number_of(*key, OSSL_PKEY_PARAM_PRIV_KEY, number_bytes).expose()));
    jwk["d"] = d.expose();
  }
  [[nodiscard]] std::string sign(std::string_view input) const override { return to_raw(sign_with(*key, input)); }
  [[nodiscard]] bool verify(std::string_view input, std::string_view signature) const override {
    return signature.size() == 2 * number_bytes && verify_with(*key, input, to_der(signature));
  }
};

}  // namespace

std::shared_ptr<Jwk::Material> generate_p256() {
  auto material = std::make_shared<P256>();
  material->key = EvpKey(EVP_EC_gen("P-256"));
  if (!material->key) throw std::runtime_error("no P-256 key could be made");
  material->has_private_part = true;
  return material;
}

// RFC 7518 §6.2
MaterialResult parse_p256(const boost::json::object& jwk) {
  if (read_text(jwk, "crv") != "P-256") return std::unexpected(JoseError::unsupported_key);
  const auto x = read_bytes(jwk, "x");
  const auto y = read_bytes(jwk, "y");
  if (!x || !y || x->size() != number_bytes || y->size() != number_bytes) {
    return std::unexpected(JoseError::malformed);
  }
  std::string point("\x04");  // SEC 1 §2.3.3: uncompressed
  point.append(x->expose()).append(y->expose());
  const ParamBuilder numbers(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(numbers.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(numbers.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  auto material = std::make_shared<P256>();
  material->has_private_part = jwk.contains("d");
  Bignum d;  // the builder keeps a pointer to it
  if (material->has_private_part) {
    const auto bytes = read_bytes(jwk, "d");
    if (!bytes || bytes->size() != number_bytes) return std::unexpected(JoseError::malformed);
    d = to_bignum(bytes->expose());
    OSSL_PARAM_BLD_push_BN(numbers.get(), OSSL_PKEY_PARAM_PRIV_KEY, d.get());
  }
  material->key = make_key("EC", material->has_private_part, *numbers);
  if (!material->key) return std::unexpected(JoseError::malformed);
  return material;
}

}  // namespace voyages::crypto
