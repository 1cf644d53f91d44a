#include "auth/service_token.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe.hpp>
#include <stdexcept>

#include "auth/stored_token.h"
#include "auth/table_keys.h"
#include "auth/user.h"
#include "base/encoding.h"
#include "crypto/token.h"
#include "http/types.h"
#include "store/list.h"
#include "store/record.h"

namespace voyages::auth {

BOOST_DESCRIBE_STRUCT(ServiceToken, (), (name, scopes, created_at, ends_at))

namespace {

constexpr std::string_view sort_key = table_keys::service;
constexpr std::string_view index_partition = table_keys::service_tokens;
// Its caller is told "expired" rather than "not valid", and the list shows what it was that stopped working.
constexpr auto kept_after_its_end = std::chrono::days(30);

constexpr ErrorCode not_utf8{"not_utf8", "This is not UTF-8."};
constexpr ErrorCode unknown_scope{"unknown_scope", "There is no such scope."};

store::Key service_key(std::string_view id) { return {store::key_part(table_keys::token, id), std::string(sort_key)}; }

store::Item to_item(const ServiceToken& token, const std::string& secret_hash) {
  store::Item item{service_key(token.id), store::to_attributes(token),
                   store::IndexKey{std::string(index_partition), token.id}};
  item.attributes["secret_hash"] = store::Bytes{secret_hash};
  if (token.ends_at) item.expires_at = *token.ends_at + kept_after_its_end;
  return item;
}

ServiceToken to_service_token(const store::Item& item) {
  auto token = store::from_item<ServiceToken>(item);
  token.id = token_id_of(item);
  return token;
}

}  // namespace

std::expected<ServiceName, ErrorCode> ServiceName::parse(std::string_view text) {
  if (!is_utf8(text)) return std::unexpected(not_utf8);
  const auto name = http::Name<1, 100>::parse(text);
  if (!name) return std::unexpected(name.error());
  return ServiceName(name->text());
}

Result<Scope> Scope::parse(std::string_view text, const Permissions& permissions) {
  if (permissions.find(text)) return Scope(std::string(text));
  std::string names;
  for (const auto& permission : permissions.all()) names += (names.empty() ? "" : ", ") + std::string(permission.name);
  return fail({unknown_scope, "There is no such scope; there are: " + names + "."});
}

NewServiceToken add_service_token(store::Table& table, const ServiceName& name, const std::vector<Scope>& scopes,
                                  std::optional<std::chrono::seconds> ttl, Time now) {
  if (ttl && (*ttl < min_service_token_ttl || *ttl > max_service_token_ttl)) {
    throw std::invalid_argument("a service token cannot live for this long");
  }
  auto made = crypto::new_token(now);
  ServiceToken token{.id = std::move(made.id), .name = name.text(), .created_at = now};
  for (const auto& scope : scopes) {
    if (std::ranges::find(token.scopes, scope.text()) == token.scopes.end()) token.scopes.push_back(scope.text());
  }
  if (ttl) token.ends_at = from_epoch_s(to_epoch_s(now)) + *ttl;
  const store::Write write = store::Put{to_item(token, made.secret_hash), {store::item_absent()}};
  if (!table.write({&write, 1})) throw std::runtime_error("a new service token could not be stored");
  return {std::move(token), std::move(made.text)};
}

std::vector<ServiceToken> list_service_tokens(store::Table& table) {
  std::vector<ServiceToken> tokens;
  const auto items = query_all(table, {.source = store::Query::Source::index, .pk = std::string(index_partition)});
  tokens.reserve(items.size());
  for (const auto& item : items) tokens.push_back(to_service_token(item));
  return tokens;
}

bool revoke_service_token(store::Table& table, std::string_view id) {
  const store::Write write = store::Delete{service_key(id), {store::item_exists()}};
  return table.write({&write, 1}).has_value();
}

Result<std::shared_ptr<const http::Principal>> check_service_token(store::Table& table, std::string_view text,
                                                                   Time now) {
  const auto item = find_stored_token(table, text, sort_key);
  if (!item) return fail({http::invalid_token, "This service token is not valid. Ask for a new one."});
  auto token = to_service_token(*item);
  if (token.ends_at && *token.ends_at <= now) {
    return fail({http::expired_token, "This service token has expired. Ask for a new one."});
  }
  return std::make_shared<const http::Principal>(
      http::Principal{.user_id = "service:" + token.id,
                      .session_id = {},
                      .expires_at = token.ends_at.value_or(Time::max()),
                      .is_service = true,
                      .scope = fmt::format("{}", fmt::join(token.scopes, " "))});
}

}  // namespace voyages::auth
