#include "auth/link.h"

#include "auth/stored_token.h"
#include "auth/table_keys.h"
#include "auth/user.h"
#include "crypto/token.h"

namespace voyages::auth {

namespace {

struct Form {
  std::string_view sort_key;
  std::string_view page;
};

Form form_of(LinkKind kind) {
  switch (kind) {
    case LinkKind::verify:
      return {table_keys::verify, "/verify-email"};
    case LinkKind::reset:
      return {table_keys::reset, "/reset-password"};
    case LinkKind::invite:
      return {table_keys::invite, "/register"};
  }
  return {};
}

std::chrono::seconds lifetime(const AuthOptions& options, LinkKind kind) {
  switch (kind) {
    case LinkKind::verify:
      return options.verify_token_ttl;
    case LinkKind::reset:
      return options.reset_token_ttl;
    case LinkKind::invite:
      return options.invite_token_ttl;
  }
  return {};
}

}  // namespace

store::Key link_key(LinkKind kind, std::string_view token_id) {
  return {store::key_part(table_keys::token, token_id), std::string(form_of(kind).sort_key)};
}

NewLink new_link(const Auth& auth, LinkKind kind, std::string_view user_id, std::string_view email, Time now) {
  const auto token = crypto::new_token(now);
  const auto url =
      auth.options.public_url + std::string(form_of(kind).page) + "#token=" + std::string(token.text.expose());
  return {token.id, url,
          store::Put{{link_key(kind, token.id),
                      {{"user_id", std::string(user_id)},
                       {"email", std::string(email)},
                       {"secret_hash", store::Bytes{token.secret_hash}},
                       {"created_at", to_ms(now)}},
                      std::nullopt,
                      now + lifetime(auth.options, kind)}}};
}

std::optional<store::Write> drop_link(LinkKind kind, std::string_view token_id) {
  if (token_id.empty()) return std::nullopt;
  return store::Delete{link_key(kind, token_id)};
}

store::Write OpenedLink::use() const { return store::Delete{item.key, {store::item_exists()}}; }

std::optional<OpenedLink> open_link(store::Table& table, std::string_view text, LinkKind kind) {
  auto item = find_stored_token(table, text, form_of(kind).sort_key);
  if (!item) return std::nullopt;
  std::string token_id(token_id_of(*item));
  return OpenedLink{std::move(token_id), std::move(*item)};
}

}  // namespace voyages::auth
