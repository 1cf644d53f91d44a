#include "auth/federation/identity.h"

#include <algorithm>

#include "auth/errors.h"
#include "auth/federation/errors.h"
#include "auth/session.h"
#include "auth/table_keys.h"
#include "base/encoding.h"
#include "crypto/token.h"

namespace voyages::auth::federation {

namespace {

constexpr ErrorCode invalid_identity{"invalid_id", "This is not an id."};
constexpr std::string_view prefix = table_keys::identity;
constexpr std::size_t hash_digits = 64;

std::vector<store::Item> list_items(store::Table& table, std::string_view user_id) {
  return query_all(table, store::key_part(table_keys::user, user_id), prefix);
}

std::optional<std::string> text_or_nothing(const store::Item& item, std::string_view name) {
  const auto text = item.text(name);
  return text.empty() ? std::nullopt : std::optional(std::string(text));
}

bool has(const std::vector<Provider>& providers, std::string_view id) {
  return std::ranges::find(providers, id, &Provider::id) != providers.end();
}

// Returns the write that makes sure that another way to sign in stays, or nullopt if there is no other.
std::optional<store::Write> keep_another(Auth& auth, const User& user, const IdentityId& going) {
  if (!user.password_hash.empty()) {
    return store::Check{user_key(user.id), {store::equals("password_hash", user.password_hash)}};
  }
  const auto providers = list_providers(auth.table);
  for (const auto& item : list_items(auth.table, user.id)) {
    const auto id = IdentityId::of_listed(item);
    // One whose provider is gone lets nobody in.
    if (id.text() == going.text() || !has(providers, id.provider_id())) continue;
    return store::Check{item.key, {store::item_exists()}};
  }
  return std::nullopt;
}

}  // namespace

std::expected<IdentityId, ErrorCode> IdentityId::parse(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || !ProviderId::parse(text.substr(0, dot))) {
    return std::unexpected(invalid_identity);
  }
  const auto hash = text.substr(dot + 1);
  if (hash.size() != hash_digits || hash.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return std::unexpected(invalid_identity);
  }
  return IdentityId(std::string(text));
}

IdentityId IdentityId::of(const Provider& provider, std::string_view subject) {
  // OpenID Connect Core §5.7: issuer and subject together name somebody. No issuer has a line break.
  return IdentityId(provider.id + '.' + to_hex(crypto::sha256(provider.issuer + '\n' + std::string(subject))));
}

void IdentityId::describe(boost::json::object& schema) {
  schema["pattern"] = "^[a-z0-9-]{1,40}\\.[0-9a-f]{64}$";
  schema["example"] = "google.9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
}

store::Key IdentityId::key() const {
  auto pk = std::string(prefix) + text_;
  pk[pk.find('.')] = '#';
  return {std::move(pk), "USER"};
}

store::Key IdentityId::listed_key(std::string_view user_id) const {
  return {store::key_part(table_keys::user, user_id), key().pk};
}

store::Key IdentityId::unlinked_key(std::string_view user_id) const {
  return {store::key_part(table_keys::user, user_id),
          store::key_part(table_keys::unlinked, key().pk.substr(prefix.size()))};
}

bool IdentityId::is_listed(const store::Item& item) { return item.key.sk.starts_with(prefix); }

IdentityId IdentityId::of_listed(const store::Item& item) {
  auto text = item.key.sk.substr(prefix.size());
  text[text.find('#')] = '.';
  return IdentityId(std::move(text));
}

std::vector<store::Write> link_identity(const IdentityId& id, std::string_view user_id, std::string_view stale_owner,
                                        const Profile& profile, Time now) {
  const auto condition =
      stale_owner.empty() ? store::item_absent() : store::equals("user_id", std::string(stale_owner));
  return {store::Put{{id.key(), {{"user_id", std::string(user_id)}, {"linked_at", to_ms(now)}}}, {condition}},
          store::Put{{id.listed_key(user_id),
                      {{"email", profile.email ? profile.email->text() : ""},
                       {"name", profile.name},
                       {"linked_at", to_ms(now)}}}}};
}

std::vector<IdentityView> identities_of(Auth& auth, std::string_view user_id) {
  const auto providers = list_providers(auth.table);
  std::vector<IdentityView> list;
  for (const auto& item : list_items(auth.table, user_id)) {
    const auto id = IdentityId::of_listed(item);
    const auto provider = std::ranges::find(providers, id.provider_id(), &Provider::id);
    list.push_back({.id = id.text(),
                    .provider_id = id.provider_id(),
                    .provider_name = provider == providers.end() ? id.provider_id() : provider->name,
                    .email = text_or_nothing(item, "email"),
                    .name = text_or_nothing(item, "name"),
                    .linked_at = from_ms(item.number("linked_at"))});
  }
  return list;
}

std::vector<store::Key> identity_keys(store::Table& table, std::string_view user_id) {
  std::vector<store::Key> keys;
  for (const auto& item : list_items(table, user_id)) {
    keys.push_back(IdentityId::of_listed(item).key());
    keys.push_back(item.key);
  }
  return keys;
}

Result<IdentityList> list_identities(Auth& auth, const http::Nothing&, http::Context& context) {
  return IdentityList{identities_of(auth, context.caller->user_id)};
}

Result<void> delete_identity(Auth& auth, const IdentityInput& input, http::Context& context) {
  const auto& user_id = context.caller->user_id;
  const auto user = find_user(auth.table, user_id);
  if (!user || !get(auth.table, input.id.listed_key(user_id))) return fail(identity_not_found);
  auto other = keep_another(auth, *user, input.id);
  if (!other) return fail(last_sign_in_method);
  const store::Write writes[] = {store::Delete{input.id.listed_key(user_id), {store::item_exists()}},
                                 store::Delete{input.id.key(), {store::equals("user_id", user_id)}}, std::move(*other),
                                 store::Put{{input.id.unlinked_key(user_id), {{"unlinked_at", to_ms(context.now)}}}}};
  const auto written = auth.table.write(writes);
  if (!written) return fail(written.error().index < 2 ? Error(identity_not_found) : Error(conflict));
  return {};
}

}  // namespace voyages::auth::federation
