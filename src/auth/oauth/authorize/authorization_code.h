#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "store/table.h"

namespace voyages::auth::oauth {

/// What a person allowed a client, until the client fetches it: `TOKEN#<id>`/`CODE` (RFC 6749 §4.1.2). It lives a
/// minute and works once.
struct AuthorizationCode {
  std::string client_id;
  std::string user_id;
  std::string session_id;      // the browser's
  Time session_ends_at{};      // and when that ends
  std::string redirect_uri;    // must be said again at the token endpoint
  std::string code_challenge;  // RFC 7636, S256; empty: none was sent
  std::string scope;
  std::vector<std::string> resources{};
  std::string nonce{};
  std::string dpop_jkt{};                      // RFC 9449 §10: the key that must fetch it
  std::vector<std::string> id_token_claims{};  // of the `claims` parameter (OpenID Connect Core §5.5)
  Time auth_time{};
  std::vector<std::string> amr{};
  Time made_at{};  // by `new_code`
};

inline constexpr std::chrono::seconds code_ttl{60};

/// A code about to be handed out.
struct NewCode {
  Secret text;
  store::Put put;
};
NewCode new_code(const AuthorizationCode& code, Time now);

/// Finds the item of a presented code, used or not. Returns nullopt if the code is unknown or has expired.
std::optional<store::Item> find_code(store::Table& table, std::string_view text);
AuthorizationCode to_code(const store::Item& item);

}  // namespace voyages::auth::oauth
