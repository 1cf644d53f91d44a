#include "auth/federation/admin_providers.h"

#include "auth/federation/errors.h"

namespace voyages::auth::federation {

namespace {

constexpr std::size_t max_secret_bytes = 4096;
constexpr ErrorCode invalid_secret{"invalid_client_secret", "A client secret has 1 to 4,096 characters."};
constexpr ErrorCode issuer_needed{"required", "Name the provider's issuer."};

}  // namespace

ProviderView view(const Provider& provider, std::string_view public_url) {
  return {provider.id,        provider.name,      std::string(to_string(provider.kind)),
          provider.issuer,    provider.client_id, redirect_uri(public_url, provider),
          provider.created_at};
}

Result<ProviderList> list_providers(Auth& auth, const http::Nothing&, http::Context&) {
  ProviderList list;
  for (const auto& provider : list_providers(auth.table)) {
    list.items.push_back(view(provider, auth.options.public_url));
  }
  return list;
}

Result<Provider> add_provider(Auth& auth, const AddProviderRequest& input, Time now) {
  if (input.client_secret.empty() || input.client_secret.size() > max_secret_bytes) {
    return fail(field_error("client_secret", invalid_secret));
  }
  auto preset = find_preset(input.id.text());
  if (input.kind) {
    // Another id for GitHub, as for a server of one's own; or something else under one of the well-known ids.
    const auto kind = input.kind->kind();
    if (!preset || preset->kind != kind) preset = kind == Kind::github ? find_preset("github") : std::nullopt;
  }
  if (!input.issuer && !preset) return fail(field_error("issuer", issuer_needed));
  Provider provider{.id = input.id.text(),
                    .kind = input.kind ? input.kind->kind()
                            : preset   ? preset->kind
                                       : Kind::openid,
                    .name = input.name ? input.name->text()
                            : preset   ? std::string(preset->name)
                                       : input.id.text(),
                    .issuer = input.issuer ? input.issuer->text() : std::string(preset->issuer),
                    .client_id = input.client_id.text(),
                    .created_at = now};
  if (!add_provider(auth.table, auth.master_key, provider, input.client_secret)) return fail(provider_exists);
  return provider;
}

Result<ProviderResponse> add_provider(Auth& auth, const AddProviderRequest& input, http::Context& context) {
  const auto provider = add_provider(auth, input, context.now);
  if (!provider) return fail(provider.error());
  return ProviderResponse{view(*provider, auth.options.public_url)};
}

Result<void> remove_provider(Auth& auth, const ProviderInput& input, http::Context&) {
  if (!delete_provider(auth.table, input.id.text())) return fail(provider_not_found);
  return {};
}

}  // namespace voyages::auth::federation
