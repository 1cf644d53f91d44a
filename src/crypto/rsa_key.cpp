#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <vector>

#include "base/encoding.h"
#include "crypto/key_material.h"
#include "crypto/openssl.h"

namespace voyages::crypto {

namespace {

constexpr int min_modulus_bits = 2048;  // RFC 7518 §3.3
constexpr int max_modulus_bits = 8192;  // beyond, a stranger's key costs us too much per signature
constexpr int max_exponent_bits = 64;
constexpr unsigned int generated_bits = 3072;

struct Number {
  const char* jwk_name;
  const char* openssl_name;
};

// RFC 7518 §6.3.2
constexpr std::array<Number, 6> private_numbers{{{"d", OSSL_PKEY_PARAM_RSA_D},
                                                 {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
                                                 {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
                                                 {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
                                                 {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
                                                 {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}}};

// RFC 7518 §2: Base64urlUInt has no leading zero octet, so that a number has one spelling.
Bignum read_number(const boost::json::object& jwk, std::string_view member) {
  const auto bytes = read_bytes(jwk, member);
  if (!bytes || bytes->empty() || bytes->size() > max_modulus_bits / 8 || bytes->expose()[0] == '\0') return nullptr;
  return to_bignum(bytes->expose());
}

// CVE-2017-15361: a chip's library made primes that are powers of 65537 modulo many small primes, and so are their
// products. Such keys can be factored. About one good modulus in 2^27 looks the same.
bool has_roca_fingerprint(const BIGNUM& modulus) {
  constexpr BN_ULONG primes[] = {11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157};
  return std::ranges::all_of(primes, [&](BN_ULONG prime) {
    const BN_ULONG remainder = BN_mod_word(&modulus, prime);
    BN_ULONG power = 1;
    do {
      if (power == remainder) return true;
      power = power * 65537 % prime;
    } while (power != 1);
    return false;
  });
}

// OpenSSL quietly does without factors that are wrong, which would hide a key put together from two.
bool are_factors(const BIGNUM& p, const BIGNUM& q, const BIGNUM& modulus) {
  const BignumContext context(BN_CTX_new());
  const Bignum product(BN_new());
  if (!context || !product || BN_mul(product.get(), &p, &q, context.get()) != 1) throw std::bad_alloc();
  return BN_cmp(product.get(), &modulus) == 0;
}

struct Rsa final : Jwk::Material {
  EvpKey key;
  bool has_private_part = false;

  [[nodiscard]] Algorithm algorithm() const override { return Algorithm::RS256; }
  [[nodiscard]] bool is_private() const override { return has_private_part; }
  [[nodiscard]] boost::json::object required_members() const override {
    return {{"e", to_base64url(number_of(*key, OSSL_PKEY_PARAM_RSA_E).expose())},
            {"kty", "RSA"},
            {"n", to_base64url(number_of(*key, OSSL_PKEY_PARAM_RSA_N).expose())}};
  }
  void add_private_members(boost::json::object& jwk) const override {
    for (const auto& [jwk_name, openssl_name] : private_numbers) {
      const Secret number(to_base64url(number_of(*key, openssl_name).expose()));
      jwk[jwk_name] = number.expose();
    }
  }
  [[nodiscard]] std::string sign(std::string_view input) const override { return sign_with(*key, input); }
  [[nodiscard]] bool verify(std::string_view input, std::string_view signature) const override {
    return verify_with(*key, input, signature);
  }
};

}  // namespace

std::shared_ptr<Jwk::Material> generate_rsa() {
  auto material = std::make_shared<Rsa>();
  material->key = EvpKey(EVP_RSA_gen(generated_bits));
  if (!material->key) throw std::runtime_error("no RSA key could be made");
  material->has_private_part = true;
  return material;
}

// RFC 7518 §6.3
MaterialResult parse_rsa(const boost::json::object& jwk) {
  std::vector<Bignum> values;  // the builder keeps pointers to them
  values.push_back(read_number(jwk, "n"));
  values.push_back(read_number(jwk, "e"));
  const BIGNUM* n = values[0].get();
  const BIGNUM* e = values[1].get();
  if (n == nullptr || e == nullptr || BN_is_odd(n) == 0 || BN_is_odd(e) == 0 || BN_is_one(e) != 0) {
    return std::unexpected(JoseError::malformed);
  }
  if (BN_num_bits(n) < min_modulus_bits || BN_num_bits(n) > max_modulus_bits || BN_num_bits(e) > max_exponent_bits ||
      has_roca_fingerprint(*n) || jwk.contains("oth")) {
    return std::unexpected(JoseError::unsupported_key);
  }
  const ParamBuilder numbers(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(numbers.get(), OSSL_PKEY_PARAM_RSA_N, n);
  OSSL_PARAM_BLD_push_BN(numbers.get(), OSSL_PKEY_PARAM_RSA_E, e);
  auto material = std::make_shared<Rsa>();
  material->has_private_part = jwk.contains("d");
  if (material->has_private_part) {
    for (const auto& [jwk_name, openssl_name] : private_numbers) {
      values.push_back(read_number(jwk, jwk_name));
      if (!values.back()) return std::unexpected(JoseError::malformed);
      OSSL_PARAM_BLD_push_BN(numbers.get(), openssl_name, values.back().get());
    }
    if (!are_factors(*values[3], *values[4], *n)) return std::unexpected(JoseError::malformed);  // after n, e and d
  }
  material->key = make_key("RSA", material->has_private_part, *numbers);
  if (!material->key) return std::unexpected(JoseError::malformed);
  return material;
}

}  // namespace voyages::crypto
