#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "crypto/bytes.h"

namespace voyages::crypto {

/// OpenSSL's objects, each freed by its own function (the private numbers wiped).
template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

using Bignum = std::unique_ptr<BIGNUM, Release<BN_clear_free>>;
using BignumContext = std::unique_ptr<BN_CTX, Release<BN_CTX_free>>;
using EvpKey = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using EvpKeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using EvpDigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;

/// A big-endian number. Throws std::bad_alloc.
Bignum to_bignum(std::string_view bytes);
/// The key's number of that OSSL_PKEY_PARAM name, big-endian, at least `length` bytes. Throws std::runtime_error.
Secret number_of(const EVP_PKEY& key, const char* name, std::size_t length = 0);

/// A key of `type` ("EC", "RSA") from its numbers, or null when OpenSSL finds them wrong (a point off the curve).
EvpKey make_key(const char* type, bool is_private, OSSL_PARAM_BLD& numbers);

/// OpenSSL's own form of the signature with SHA-256 (for ECDSA: DER), or empty when the key cannot.
std::string sign_with(EVP_PKEY& key, std::string_view input);
bool verify_with(EVP_PKEY& key, std::string_view input, std::string_view signature);

}  // namespace voyages::crypto
