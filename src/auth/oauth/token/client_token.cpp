#include "auth/oauth/token/client_token.h"

#include "auth/stored_token.h"
#include "auth/table_keys.h"
#include "crypto/token.h"

namespace voyages::auth::oauth {

std::string_view ClientToken::client_id() const {
  return access_token ? std::string_view(access_token->client_id) : refresh_token->text("client_id");
}
std::string_view ClientToken::user_id() const {
  return access_token ? std::string_view(access_token->user_id) : refresh_token->text("user_id");
}
std::string_view ClientToken::session_id() const {
  return access_token ? std::string_view(access_token->session_id) : refresh_token->text("session_id");
}

std::optional<ClientToken> find_client_token(Auth& auth, std::string_view text, Time now) {
  // No JWT has this form.
  if (crypto::read_token(text)) {
    auto refresh_token = find_stored_token(auth.table, text, table_keys::refresh);
    if (!refresh_token) return std::nullopt;
    return ClientToken{.refresh_token = std::move(refresh_token)};
  }
  auto access_token = auth.access_tokens.check_for_anyone(text, now);
  if (!access_token) return std::nullopt;
  return ClientToken{.access_token = std::move(*access_token)};
}

}  // namespace voyages::auth::oauth
