#include "auth/oauth/authorize/authorization_code.h"

#include <boost/describe.hpp>

#include "auth/stored_token.h"
#include "auth/table_keys.h"
#include "crypto/token.h"
#include "store/record.h"

namespace voyages::auth::oauth {

namespace {

constexpr std::string_view sort_key = table_keys::code;

}  // namespace

BOOST_DESCRIBE_STRUCT(AuthorizationCode, (),
                      (client_id, user_id, session_id, session_ends_at, redirect_uri, code_challenge, scope, resources,
                       nonce, dpop_jkt, id_token_claims, auth_time, amr, made_at))

NewCode new_code(const AuthorizationCode& code, Time now) {
  auto token = crypto::new_token(now);
  store::Item item{{store::key_part(table_keys::token, token.id), std::string(sort_key)},
                   store::to_attributes(code),
                   std::nullopt,
                   now + code_ttl};
  item.attributes["secret_hash"] = store::Bytes{token.secret_hash};
  item.attributes["made_at"] = to_ms(now);
  return {std::move(token.text), store::Put{std::move(item)}};
}

std::optional<store::Item> find_code(store::Table& table, std::string_view text) {
  return find_stored_token(table, text, sort_key);
}

AuthorizationCode to_code(const store::Item& item) { return store::from_item<AuthorizationCode>(item); }

}  // namespace voyages::auth::oauth
