#pragma once

#include <optional>
#include <string_view>

#include "auth/auth.h"
#include "auth/session.h"
#include "http/context.h"
#include "store/table.h"

namespace voyages::auth::oauth {

/// A token of a client's, presented to be looked up or ended: an access token that verifies, or a refresh token's item.
struct ClientToken {
  std::shared_ptr<const http::Principal> access_token{};  // or else
  std::optional<store::Item> refresh_token{};

  [[nodiscard]] std::string_view client_id() const;  // empty: of no client, but a user's own
  [[nodiscard]] std::string_view user_id() const;
  [[nodiscard]] std::string_view session_id() const;
};

/// Finds a presented token. Its form tells which kind it is, so the caller's `token_type_hint` is not needed (RFC 7009
/// §2.1). Returns nullopt if the text is no token of ours or the token has expired.
std::optional<ClientToken> find_client_token(Auth& auth, std::string_view text, Time now);

}  // namespace voyages::auth::oauth
