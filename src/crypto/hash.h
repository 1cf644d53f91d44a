#pragma once

#include <string>
#include <string_view>

#include "crypto/openssl.h"

namespace voyages::crypto {

/// SHA-256 of bytes that come piece by piece.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  /// 32 raw bytes of all that came since the last `finish`.
  std::string finish();

 private:
  void start();

  EvpDigestContext context_;
};

}  // namespace voyages::crypto
