#include "crypto/seal.h"

#include <sodium.h>

#include "base/encoding.h"
#include "crypto/bytes.h"
#include "crypto/initialize.h"
#include "crypto/token.h"

namespace voyages::crypto {

namespace {

// Sealed: the version, the nonce, then the ciphertext with its tag.
constexpr char version = 1;
constexpr std::size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t overhead = 1 + nonce_bytes + tag_bytes;

// The version is authenticated too, so that a later one cannot be relabelled as this one.
std::string associated_data(std::string_view purpose) { return std::string(1, version).append(purpose); }

}  // namespace

MasterKey MasterKey::generate() { return MasterKey(Secret(random_bytes(key_bytes))); }

std::optional<MasterKey> MasterKey::parse(std::string_view base64url) {
  initialize();
  auto bytes = from_base64url(base64url);
  if (!bytes) return std::nullopt;
  Secret key(std::move(*bytes));
  if (key.size() != key_bytes) return std::nullopt;
  return MasterKey(std::move(key));
}

Secret MasterKey::to_text() const { return Secret(to_base64url(key_.expose())); }

std::string MasterKey::seal(const Secret& plain, std::string_view purpose) const {
  const std::string authenticated = associated_data(purpose);
  std::string sealed = std::string(1, version) + random_bytes(nonce_bytes);
  sealed.resize(overhead + plain.size());
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(sealed) + 1 + nonce_bytes, nullptr, bytes_of(plain.expose()),
                                             plain.size(), bytes_of(authenticated), authenticated.size(), nullptr,
                                             bytes_of(sealed) + 1, bytes_of(key_.expose()));
  return sealed;
}

std::optional<Secret> MasterKey::open(std::string_view sealed, std::string_view purpose) const {
  if (sealed.size() < overhead || sealed[0] != version) return std::nullopt;
  const std::string authenticated = associated_data(purpose);
  const std::string_view nonce = sealed.substr(1, nonce_bytes);
  const std::string_view ciphertext = sealed.substr(1 + nonce_bytes);
  std::string plain(sealed.size() - overhead, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_of(plain), nullptr, nullptr, bytes_of(ciphertext),
                                                 ciphertext.size(), bytes_of(authenticated), authenticated.size(),
                                                 bytes_of(nonce), bytes_of(key_.expose())) != 0) {
    return std::nullopt;
  }
  return Secret(std::move(plain));
}

}  // namespace voyages::crypto
