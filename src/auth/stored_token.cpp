#include "auth/stored_token.h"

#include <string>

#include "auth/table_keys.h"
#include "base/secret.h"
#include "crypto/token.h"

namespace voyages::auth {

namespace {

constexpr std::string_view key_prefix = table_keys::token;

}  // namespace

std::optional<store::Item> find_stored_token(store::Table& table, std::string_view text, std::string_view sort_key) {
  const auto presented = crypto::read_token(text);
  if (!presented) return std::nullopt;
  auto item = get(table, {std::string(key_prefix) + presented->id, std::string(sort_key)});
  if (!item) return std::nullopt;
  const auto* expected = item->find<store::Bytes>("secret_hash");
  if (!expected || !equal_in_constant_time(expected->value, presented->secret_hash)) return std::nullopt;
  return item;
}

std::string_view token_id_of(const store::Item& token) {
  return std::string_view(token.key.pk).substr(key_prefix.size());
}

}  // namespace voyages::auth
