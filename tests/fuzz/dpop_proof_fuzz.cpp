#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "auth/oauth/token/dpop.h"

// A proof is read or refused, and never throws. One that holds names a key and has an id that can be remembered.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto now = voyages::from_epoch_s(1'800'000'000);
  const auto proof = voyages::auth::oauth::check_dpop(text, "POST", "http://127.0.0.1:8080/oauth/token", "", now);
  if (proof && (proof->thumbprint.size() != 43 || proof->jti.empty() || proof->jti.size() > 512)) std::abort();
  if (!proof && proof.error().error != voyages::auth::oauth::error::invalid_dpop_proof) std::abort();
  return 0;
}
