#include "crypto/password_hashes.h"

#include <crypt.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <array>
#include <charconv>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/secret.h"
#include "crypto/bytes.h"

namespace voyages::crypto {

namespace {

// Some seconds each on a small server.
constexpr std::uint64_t max_argon2_memory_kib = 1U << 20;
constexpr std::uint64_t max_argon2_kib_passes = 4U << 20;
constexpr std::uint64_t max_bcrypt_rounds_log2 = 15;
constexpr std::uint64_t max_pbkdf2_rounds = 5'000'000;
constexpr std::uint64_t max_scrypt_blocks = 1U << 23;  // of 128 bytes: 1 GiB

constexpr std::size_t max_stored_length = 512;
constexpr std::size_t max_hash_bytes = 64;
constexpr std::size_t min_hash_bytes = 16;  // a shorter one would match many passwords

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint32_t> parse_number(std::string_view digits) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

// `m=19456,t=2,p=1`: exactly these names in this order, as PHC strings have them.
std::optional<std::vector<std::uint32_t>> parse_parameters(std::string_view text,
                                                           std::initializer_list<std::string_view> names) {
  const auto parts = split(text, ',');
  if (parts.size() != names.size()) return std::nullopt;
  std::vector<std::uint32_t> values;
  const auto* name = names.begin();
  for (std::string_view part : parts) {
    if (!part.starts_with(*name) || part.substr(name->size(), 1) != "=") return std::nullopt;
    const auto value = parse_number(part.substr(name->size() + 1));
    if (!value) return std::nullopt;
    values.push_back(*value);
    ++name;
  }
  return values;
}

// PHC strings leave the padding of RFC 4648 §4 away.
std::optional<std::string> from_unpadded_base64(std::string_view text) {
  std::string padded(text);
  while (padded.size() % 4 != 0) padded += '=';
  return from_base64(padded);
}

bool matches_argon2(std::string_view password, std::string_view stored) {
  const auto cost = read_argon2_cost(stored);
  if (!cost || cost->memory_kib > max_argon2_memory_kib ||
      std::uint64_t{cost->memory_kib} * cost->passes > max_argon2_kib_passes) {
    return false;
  }
  return crypto_pwhash_str_verify(std::string(stored).c_str(), password.data(), password.size()) == 0;
}

bool matches_bcrypt(std::string_view password, std::string_view stored) {
  constexpr std::size_t length = 60;      // $2b$12$ + 22 characters of salt + 31 of hash
  constexpr std::size_t used_bytes = 72;  // bcrypt never saw more of a password
  if (stored.size() != length || stored[6] != '$') return false;
  const auto rounds_log2 = parse_number(stored.substr(4, 2));
  if (!rounds_log2 || *rounds_log2 > max_bcrypt_rounds_log2) return false;
  // bcrypt reads up to the first NUL: what follows it would be free to guess.
  if (password.find('\0') != std::string_view::npos) return false;
  std::array<char, used_bytes + 1> phrase{};
  password.copy(phrase.data(), used_bytes);
  const auto workspace = std::make_unique<crypt_data>();
  const char* computed = crypt_r(phrase.data(), std::string(stored).c_str(), workspace.get());
  const bool matches = computed != nullptr && equal_in_constant_time(computed, stored);
  sodium_memzero(phrase.data(), phrase.size());
  sodium_memzero(workspace.get(), sizeof(crypt_data));
  return matches;
}

struct Pbkdf2 {
  const EVP_MD* digest;
  std::uint32_t rounds;
  std::string salt;
  std::string hash;
};

bool is_acceptable_length(const std::string& hash) {
  return hash.size() >= min_hash_bytes && hash.size() <= max_hash_bytes;
}

bool matches_pbkdf2(std::string_view password, const Pbkdf2& stored) {
  if (stored.rounds == 0 || !is_acceptable_length(stored.hash)) return false;
  // RFC 8018 §5.2: every block of the digest's size takes all the rounds again.
  const auto block_bytes = static_cast<std::uint64_t>(EVP_MD_get_size(stored.digest));
  const std::uint64_t blocks = (stored.hash.size() + block_bytes - 1) / block_bytes;
  if (stored.rounds * blocks > max_pbkdf2_rounds) return false;
  std::string computed(stored.hash.size(), '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(stored.salt),
                        static_cast<int>(stored.salt.size()), static_cast<int>(stored.rounds), stored.digest,
                        static_cast<int>(computed.size()), bytes_of(computed)) != 1) {
    throw std::runtime_error("PBKDF2 failed");
  }
  return equal_in_constant_time(computed, stored.hash);
}

// $pbkdf2-sha256$i=600000,l=32$salt$hash
bool matches_phc_pbkdf2(std::string_view password, std::string_view stored, const EVP_MD* digest) {
  const auto parts = split(stored, '$');
  if (parts.size() != 5) return false;
  const auto parameters = parse_parameters(parts[2], {"i", "l"});
  const auto salt = from_unpadded_base64(parts[3]);
  const auto hash = from_unpadded_base64(parts[4]);
  if (!parameters || !salt || !hash || hash->size() != (*parameters)[1]) return false;
  return matches_pbkdf2(password, {digest, (*parameters)[0], *salt, *hash});
}

// pbkdf2_sha256$600000$salt$hash, where the salt is text and the hash has its padding
bool matches_django_pbkdf2(std::string_view password, std::string_view stored) {
  const auto parts = split(stored, '$');
  if (parts.size() != 4) return false;
  const auto rounds = parse_number(parts[1]);
  const auto hash = from_base64(parts[3]);
  if (!rounds || !hash || hash->size() != crypto_hash_sha256_BYTES) return false;
  return matches_pbkdf2(password, {EVP_sha256(), *rounds, std::string(parts[2]), *hash});
}

// $scrypt$ln=16,r=8,p=1$salt$hash
bool matches_scrypt(std::string_view password, std::string_view stored) {
  const auto parts = split(stored, '$');
  if (parts.size() != 5) return false;
  const auto parameters = parse_parameters(parts[2], {"ln", "r", "p"});
  const auto salt = from_unpadded_base64(parts[3]);
  const auto hash = from_unpadded_base64(parts[4]);
  if (!parameters || !salt || !hash || !is_acceptable_length(*hash)) return false;
  const std::uint32_t cost_log2 = (*parameters)[0];
  const std::uint32_t block_size = (*parameters)[1];
  const std::uint32_t parallelism = (*parameters)[2];
  if (cost_log2 < 1 || cost_log2 > 23 || block_size < 1 || block_size > 1024 || parallelism < 1 || parallelism > 1024 ||
      (std::uint64_t{block_size} * parallelism << cost_log2) > max_scrypt_blocks) {
    return false;
  }
  std::string computed(hash->size(), '\0');
  if (crypto_pwhash_scryptsalsa208sha256_ll(bytes_of(password), password.size(), bytes_of(*salt), salt->size(),
                                            std::uint64_t{1} << cost_log2, block_size, parallelism, bytes_of(computed),
                                            computed.size()) != 0) {
    throw std::bad_alloc();
  }
  return equal_in_constant_time(computed, *hash);
}

}  // namespace

std::optional<Argon2Cost> read_argon2_cost(std::string_view phc) {
  const auto parts = split(phc, '$');
  if (parts.size() != 6 || !parts[0].empty() || parts[2] != "v=19") return std::nullopt;
  const bool is_argon2id = parts[1] == "argon2id";
  const auto parameters = parse_parameters(parts[3], {"m", "t", "p"});
  if ((!is_argon2id && parts[1] != "argon2i") || !parameters) return std::nullopt;
  return Argon2Cost{is_argon2id, (*parameters)[0], (*parameters)[1]};
}

bool matches_stored_hash(std::string_view password, std::string_view stored) {
  if (stored.size() > max_stored_length || stored.find('\0') != std::string_view::npos) return false;
  if (stored.starts_with("$argon2")) return matches_argon2(password, stored);
  if (stored.starts_with("$2a$") || stored.starts_with("$2b$") || stored.starts_with("$2y$")) {
    return matches_bcrypt(password, stored);
  }
  if (stored.starts_with("$pbkdf2-sha256$")) return matches_phc_pbkdf2(password, stored, EVP_sha256());
  if (stored.starts_with("$pbkdf2-sha512$")) return matches_phc_pbkdf2(password, stored, EVP_sha512());
  if (stored.starts_with("pbkdf2_sha256$")) return matches_django_pbkdf2(password, stored);
  if (stored.starts_with("$scrypt$")) return matches_scrypt(password, stored);
  return false;
}

}  // namespace voyages::crypto
