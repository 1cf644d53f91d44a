#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"

namespace voyages::crypto {

/// A token that we hand out: `<uuidv7>.<43 base64url characters>`, that is an id to look it up by and 256 random bits.
/// Only the SHA-256 of the secret part is ever stored, so a copy of the table opens nothing.
struct OpaqueToken {
  std::string id;
  Secret text;              // the whole token, for its owner
  std::string secret_hash;  // 32 bytes, for the table
};

OpaqueToken new_token(Time now);

/// What can be read off a presented token without the table.
struct PresentedToken {
  std::string id;
  std::string secret_hash;  // compare with `equal_in_constant_time`
};

/// Nothing when it is not of the form that `new_token` makes.
std::optional<PresentedToken> read_token(std::string_view text);

/// SHA-256, 32 raw bytes.
std::string sha256(std::string_view bytes);
/// SHA-512, 64 raw bytes.
std::string sha512(std::string_view bytes);
std::string random_bytes(std::size_t count);

}  // namespace voyages::crypto
