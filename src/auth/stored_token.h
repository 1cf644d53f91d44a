#pragma once

#include <optional>
#include <string_view>

#include "store/table.h"

namespace voyages::auth {

/// Finds the item `TOKEN#<id>`/`<sort_key>` of a presented token. Returns nullopt if the text is malformed, there is no
/// such item, or the secret is wrong.
std::optional<store::Item> find_stored_token(store::Table& table, std::string_view text, std::string_view sort_key);

/// The `<id>` of a token's item; a view into the item.
std::string_view token_id_of(const store::Item& token);

}  // namespace voyages::auth
