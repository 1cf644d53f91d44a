#include "crypto/openssl.h"

#include <openssl/err.h>

#include <algorithm>
#include <new>
#include <stdexcept>

namespace voyages::crypto {

Bignum to_bignum(std::string_view bytes) {
  Bignum number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
  if (!number) throw std::bad_alloc();
  return number;
}

Secret number_of(const EVP_PKEY& key, const char* name, std::size_t length) {
  BIGNUM* found = nullptr;
  if (EVP_PKEY_get_bn_param(&key, name, &found) != 1) throw std::runtime_error("the key lacks a number");
  const Bignum number(found);
  std::string bytes(std::max(length, static_cast<std::size_t>(BN_num_bytes(number.get()))), '\0');
  BN_bn2binpad(number.get(), bytes_of(bytes), static_cast<int>(bytes.size()));
  return Secret(std::move(bytes));
}

EvpKey make_key(const char* type, bool is_private, OSSL_PARAM_BLD& numbers) {
  const Params params(OSSL_PARAM_BLD_to_param(&numbers));
  const EvpKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1) throw std::bad_alloc();
  EVP_PKEY* key = nullptr;
  const int selection = is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) ERR_clear_error();
  return EvpKey(key);
}

std::string sign_with(EVP_PKEY& key, std::string_view input) {
  const EvpDigestContext context(EVP_MD_CTX_new());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(&key)), '\0');
  std::size_t length = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, &key) != 1 ||
      EVP_DigestSign(context.get(), bytes_of(signature), &length, bytes_of(input), input.size()) != 1) {
    ERR_clear_error();
    return {};
  }
  signature.resize(length);
  return signature;
}

bool verify_with(EVP_PKEY& key, std::string_view input, std::string_view signature) {
  const EvpDigestContext context(EVP_MD_CTX_new());
  const bool holds =
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, &key) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(input), input.size()) == 1;
  if (!holds) ERR_clear_error();  // or the thread's next, unrelated use of OpenSSL would find it
  return holds;
}

}  // namespace voyages::crypto
