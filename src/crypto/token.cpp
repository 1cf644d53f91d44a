#include "crypto/token.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <memory>
#include <stdexcept>

#include "base/encoding.h"
#include "base/uuid.h"
#include "crypto/initialize.h"

namespace voyages::crypto {

namespace {

constexpr std::size_t id_length = 36;
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t secret_length = 43;  // the bytes as base64url

}  // namespace

OpaqueToken new_token(Time now) {
  const Secret secret(random_bytes(secret_bytes));
  const Secret encoded(to_base64url(secret.expose()));
  OpaqueToken token;
  token.id = new_uuid7(now);
  std::string text;
  text.reserve(id_length + 1 + secret_length);  // no copy of the secret is left behind by growing
  text.append(token.id).append(1, '.').append(encoded.expose());
  token.text = Secret(std::move(text));
  token.secret_hash = sha256(secret.expose());
  return token;
}

std::optional<PresentedToken> read_token(std::string_view text) {
  if (text.size() != id_length + 1 + secret_length || text[id_length] != '.') return std::nullopt;
  const std::string_view id = text.substr(0, id_length);
  auto decoded = from_base64url(text.substr(id_length + 1));
  if (!is_uuid7(id) || !decoded || decoded->size() != secret_bytes) return std::nullopt;
  const Secret secret(std::move(*decoded));
  return PresentedToken{std::string(id), sha256(secret.expose())};
}

std::string sha256(std::string_view bytes) {
  // OpenSSL's, for it uses the processor's own instructions: every protected call hashes its token. Fetched once.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                         &EVP_MD_free);
  std::string hash(32, '\0');
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(hash.data()), nullptr, algorithm.get(),
                 nullptr) != 1) {
    throw std::runtime_error("OpenSSL could not compute a SHA-256");
  }
  return hash;
}

std::string sha512(std::string_view bytes) {
  std::string hash(crypto_hash_sha512_BYTES, '\0');
  crypto_hash_sha512(reinterpret_cast<unsigned char*>(hash.data()),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return hash;
}

std::string random_bytes(std::size_t count) {
  initialize();
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

}  // namespace voyages::crypto
