#include "auth/federation/provider.h"

#include <algorithm>
#include <stdexcept>

#include "auth/federation/endpoint.h"

namespace voyages::auth::federation {

namespace {

constexpr std::string_view provider_sort_key = "PROVIDER";
constexpr std::string_view index_partition = "PROVIDERS";
constexpr std::string_view key_prefix = "PROVIDER#";

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

Provider to_provider(const store::Item& item) {
  const auto kind = KindName::parse(item.text("kind"));
  const auto* sealed = item.find<store::Bytes>("client_secret");
  if (!kind || !sealed) throw std::runtime_error("a sign-in provider in the table is damaged: delete it and add it");
  return {.id = item.key.pk.substr(key_prefix.size()),
          .kind = kind->kind(),
          .name = std::string(item.text("name")),
          .issuer = std::string(item.text("issuer")),
          .client_id = std::string(item.text("client_id")),
          .sealed_secret = sealed->value,
          .created_at = from_ms(item.number("created_at"))};
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
  const store::Item item{provider_key(provider.id),
                         {{"kind", std::string(to_string(provider.kind))},
                          {"name", provider.name},
                          {"issuer", provider.issuer},
                          {"client_id", provider.client_id},
                          {"client_secret", store::Bytes{master_key.seal(secret, provider_seal_purpose(provider))}},
                          {"created_at", to_ms(provider.created_at)}},
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
  store::Query query{.source = store::Query::Source::index, .pk = std::string(index_partition), .limit = 200};
  do {
    const auto page = table.query(query);
    std::ranges::transform(page.items, std::back_inserter(providers), to_provider);
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
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
