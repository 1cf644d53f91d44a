#include "auth/federation/key_set.h"

namespace voyages::auth::federation {

namespace {

constexpr std::size_t max_keys = 100;

}  // namespace

std::optional<KeySet> KeySet::parse(const boost::json::value& document) {
  const auto* object = document.if_object();
  const auto* member = object ? object->if_contains("keys") : nullptr;
  const auto* list = member ? member->if_array() : nullptr;
  if (!list) return std::nullopt;
  std::vector<Key> keys;
  for (const auto& element : *list) {
    if (keys.size() == max_keys) break;
    if (!element.is_object()) continue;
    auto jwk = crypto::Jwk::parse(element.get_object());
    // RFC 8725 §3.1: a shared secret among public keys would let anybody sign.
    if (!jwk || jwk->algorithm() == crypto::Algorithm::HS256) continue;
    keys.push_back({std::move(*jwk), element.get_object().contains("kid")});
  }
  return KeySet(std::move(keys));
}

const crypto::Jwk* KeySet::find(const crypto::UnverifiedJws& token) const {
  const auto algorithm = crypto::parse_algorithm(token.text("alg"));
  const bool names_key = token.header.contains("kid");
  const crypto::Jwk* found = nullptr;
  for (const auto& key : keys_) {
    if (key.jwk.algorithm() != algorithm) continue;
    if (names_key && !(key.has_kid && key.jwk.kid() == token.text("kid"))) continue;
    if (found) return nullptr;  // nobody can tell which one is meant
    found = &key.jwk;
  }
  return found;
}

}  // namespace voyages::auth::federation
