#pragma once

#include <string>
#include <string_view>

namespace voyages::store {

/// A kind of items, by the keys that they have. A service lists its kinds in one header; no two may share a key.
struct ItemKind {
  std::string_view pk;       // what the partition key begins with, or is
  std::string_view pk_rest;  // what follows: `<user_id>`; empty: nothing. An `…_id` is a UUIDv7.
  std::string_view sk;
  std::string_view sk_rest;
  std::string_view index;  // the index's partition key that they are listed under; empty: none
  std::string_view what;
};

/// A key part: a prefix, and what follows.
inline std::string key_part(std::string_view prefix, std::string_view rest) { return std::string(prefix).append(rest); }

}  // namespace voyages::store
