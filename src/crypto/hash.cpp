#include "crypto/hash.h"

#include <stdexcept>

namespace voyages::crypto {

namespace {

void require_hashed(int result) {
  if (result != 1) throw std::runtime_error("OpenSSL could not compute a SHA-256");
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) { start(); }

void Sha256::start() { require_hashed(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr)); }

void Sha256::update(std::string_view bytes) {
  require_hashed(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha256::finish() {
  std::string hash(32, '\0');
  require_hashed(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(hash.data()), nullptr));
  start();
  return hash;
}

}  // namespace voyages::crypto
