#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace voyages::crypto {

/// The key under which secrets rest: 32 bytes, written as 43 base64url characters in `VOYAGES_MASTER_KEY`.
class MasterKey {
 public:
  static MasterKey generate();
  /// Nothing when the text is not 32 bytes of base64url.
  static std::optional<MasterKey> parse(std::string_view base64url);

  [[nodiscard]] Secret to_text() const;
  /// Encrypts (XChaCha20-Poly1305, random nonce). `purpose` is authenticated with it: what was sealed for one does not
  /// open for another.
  [[nodiscard]] std::string seal(const Secret& plain, std::string_view purpose) const;
  /// Nothing when it was sealed under another key or purpose, or changed.
  [[nodiscard]] std::optional<Secret> open(std::string_view sealed, std::string_view purpose) const;

 private:
  explicit MasterKey(Secret key) : key_(std::move(key)) {}
  Secret key_;
};

}  // namespace voyages::crypto
