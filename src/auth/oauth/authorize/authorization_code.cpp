#include "auth/oauth/authorize/authorization_code.h"

#include "auth/stored_token.h"
#include "crypto/token.h"

namespace voyages::auth::oauth {

namespace {

constexpr std::string_view sort_key = "CODE";

std::string text(const store::Item& item, std::string_view name) { return std::string(item.text(name)); }

}  // namespace

NewCode new_code(const AuthorizationCode& code, Time now) {
  auto token = crypto::new_token(now);
  store::Item item{{"TOKEN#" + token.id, std::string(sort_key)},
                   {{"secret_hash", store::Bytes{token.secret_hash}},
                    {"client_id", code.client_id},
                    {"user_id", code.user_id},
                    {"session_id", code.session_id},
                    {"session_ends_at", to_ms(code.session_ends_at)},
                    {"redirect_uri", code.redirect_uri},
                    {"code_challenge", code.code_challenge},
                    {"scope", code.scope},
                    {"resources", code.resources},
                    {"nonce", code.nonce},
                    {"dpop_jkt", code.dpop_jkt},
                    {"id_token_claims", code.id_token_claims},
                    {"auth_time", to_ms(code.auth_time)},
                    {"amr", code.amr},
                    {"made_at", to_ms(now)}},
                   std::nullopt,
                   now + code_ttl};
  return {std::move(token.text), store::Put{std::move(item)}};
}

std::optional<store::Item> find_code(store::Table& table, std::string_view text) {
  return find_stored_token(table, text, sort_key);
}

AuthorizationCode to_code(const store::Item& item) {
  return {.client_id = text(item, "client_id"),
          .user_id = text(item, "user_id"),
          .session_id = text(item, "session_id"),
          .session_ends_at = from_ms(item.number("session_ends_at")),
          .redirect_uri = text(item, "redirect_uri"),
          .code_challenge = text(item, "code_challenge"),
          .scope = text(item, "scope"),
          .resources = item.list("resources"),
          .nonce = text(item, "nonce"),
          .dpop_jkt = text(item, "dpop_jkt"),
          .id_token_claims = item.list("id_token_claims"),
          .auth_time = from_ms(item.number("auth_time")),
          .amr = item.list("amr"),
          .made_at = from_ms(item.number("made_at"))};
}

}  // namespace voyages::auth::oauth
