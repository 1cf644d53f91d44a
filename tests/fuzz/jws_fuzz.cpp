#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/strict_json.h"
#include "crypto/jose.h"

namespace {

using voyages::crypto::Jwk;

void try_jws(std::string_view text) {
  const auto jws = voyages::crypto::parse_jws(text);
  if (!jws) return;
  if (jws->header.contains("crit") || jws->signing_input.size() >= text.size()) std::abort();
  // Nobody has the key, so nothing may verify.
  static const Jwk key = Jwk::generate(voyages::crypto::Algorithm::EdDSA);
  if (voyages::crypto::verify_jws(text, key)) std::abort();
}

// What a key was read from, it can be written to and read from again.
void try_jwk(std::string_view text) {
  const auto value = voyages::parse_strict_json(text);
  if (!value || !value->is_object()) return;
  const auto key = Jwk::parse(value->get_object());
  if (!key || key->algorithm() == voyages::crypto::Algorithm::HS256) return;
  const auto again = Jwk::parse(key->to_public_jwk());
  if (!again || again->thumbprint() != key->thumbprint()) std::abort();
  if (key->is_private() && !again->verify("input", key->sign("input"))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_jws(text);
  try_jwk(text);
  return 0;
}
