#include "auth/federation/provider.h"

#include <algorithm>
#include <array>
#include <boost/describe.hpp>
#include <iterator>
#include <stdexcept>

#include "auth/federation/endpoint.h"
#include "auth/table_keys.h"
#include "store/list.h"
#include "store/record.h"

namespace voyages::store {

template <>
inline constexpr auto stored<auth::federation::Provider> =
    std::to_array<Stored>({{.member = "sealed_secret", .attribute = "client_secret", .as_bytes = true}});

}  // namespace voyages::store

namespace voyages::auth::federation {

namespace {

constexpr std::string_view provider_sort_key = "PROVIDER";
constexpr std::string_view index_partition = table_keys::providers;
constexpr std::string_view key_prefix = table_keys::provider;

constexpr std::pair<Kind, std::string_view> kind_names[] = {{Kind::openid, "openid"}, {Kind::github, "github"}};

constexpr ErrorCode unknown_kind{"unknown_kind", "A provider speaks `openid` or `github`."};
constexpr ErrorCode invalid_provider_id{"invalid_provider_id",
                                        "A provider's id has 1 to 40 lower-case letters, digits and `-`."};
constexpr ErrorCode invalid_issuer{"invalid_issuer",
                                   "An issuer is an https:// address without query and fragment; http:// only on "
                                   "localhost."};

store::Key provider_key(std::string_view id) {
  return {std::string(key_prefix) + std::string(id), std::string(provider_sort_key)};
}

// What was sealed for one provider does not open for another.
std::string provider_seal_purpose(const Provider& provider) { return "auth.provider_secret." + provider.id; }

}  // namespace

BOOST_DESCRIBE_STRUCT(Provider, (), (kind, name, issuer, client_id, sealed_secret, created_at))

// Found by its argument (store/record.h).
store::EnumNames<Kind> enum_names(Kind) { return kind_names; }

namespace {

Provider to_provider(const store::Item& item) {
  auto provider = store::from_item<Provider>(item);
  if (provider.sealed_secret.empty()) throw std::runtime_error("a sign-in provider in the table has no secret");
  provider.id = item.key.pk.substr(key_prefix.size());
  return provider;
}

}  // namespace

std::string_view to_string(Kind kind) { return kind == Kind::github ? "github" : "openid"; }

std::expected<KindName, ErrorCode> KindName::parse(std::string_view text) {
  for (const auto kind : {Kind::openid, Kind::github}) {
    if (text == to_string(kind)) return KindName(kind);
  }
  return std::unexpected(unknown_kind);
}

void KindName::describe(boost::json::object& schema) { schema["enum"] = {"openid", "github"}; }

std::expected<ProviderId, ErrorCode> ProviderId::parse(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  if (text.empty() || text.size() > 40 || text.find_first_not_of(allowed) != std::string_view::npos) {
    return std::unexpected(invalid_provider_id);
  }
  return ProviderId(std::string(text));
}

void ProviderId::describe(boost::json::object& schema) {
  schema["pattern"] = "^[a-z0-9-]{1,40}$";
  schema["example"] = "google";
}

std::expected<Issuer, ErrorCode> Issuer::parse(std::string_view text) {
  const auto endpoint = Endpoint::parse(text, Plaintext::on_loopback);
  if (!endpoint || text.find('?') != std::string_view::npos) return std::unexpected(invalid_issuer);
  return Issuer(std::string(text));
}

void Issuer::describe(boost::json::object& schema) {
  schema["format"] = "uri";
  schema["example"] = "https://accounts.google.com";
}

std::string redirect_uri(std::string_view public_url, const Provider& provider) {
  return std::string(public_url) + "/auth/federation/" + provider.id + "/callback";
}

bool add_provider(store::Table& table, const crypto::MasterKey& master_key, Provider provider, const Secret& secret) {
  provider.sealed_secret = master_key.seal(secret, provider_seal_purpose(provider));
  const store::Item item{provider_key(provider.id), store::to_attributes(provider),
                         store::IndexKey{std::string(index_partition), provider.id}};
  const store::Write write = store::Put{item, {store::item_absent()}};
  return table.write({&write, 1}).has_value();
}

std::optional<Provider> find_provider(store::Table& table, std::string_view id) {
  if (!ProviderId::parse(id)) return std::nullopt;
  const auto item = get(table, provider_key(id));
  if (!item) return std::nullopt;
  return to_provider(*item);
}

std::vector<Provider> list_providers(store::Table& table) {
  std::vector<Provider> providers;
  const auto items = query_all(table, {.source = store::Query::Source::index, .pk = std::string(index_partition)});
  std::ranges::transform(items, std::back_inserter(providers), to_provider);
  return providers;
}

bool delete_provider(store::Table& table, std::string_view id) {
  const store::Write write = store::Delete{provider_key(id), {store::item_exists()}};
  return table.write({&write, 1}).has_value();
}

Secret open_secret(const crypto::MasterKey& master_key, const Provider& provider) {
  auto secret = master_key.open(provider.sealed_secret, provider_seal_purpose(provider));
  if (secret) return std::move(*secret);
  throw std::runtime_error("the secret of the sign-in provider " + provider.id +
                           " does not open with this master key: set the one that belongs to this data, or delete the "
                           "provider and add it again");
}

std::optional<Preset> find_preset(std::string_view id) {
  if (id == "google") return Preset{"Google", Kind::openid, "https://accounts.google.com"};
  if (id == "github") return Preset{"GitHub", Kind::github, "https://github.com"};
  return std::nullopt;
}

}  // namespace voyages::auth::federation
