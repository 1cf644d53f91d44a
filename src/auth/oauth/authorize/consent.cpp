#include "auth/oauth/authorize/consent.h"

#include <algorithm>
#include <boost/describe.hpp>

#include "auth/oauth/authorize/authorization_code.h"
#include "auth/oauth/scope.h"
#include "auth/oauth/token/device.h"
#include "auth/table_keys.h"
#include "store/record.h"

namespace voyages::auth::oauth {

namespace {

// A client that asks for ever new resources or scopes is asked about again, rather than remembered without bound.
constexpr std::size_t max_resources = 64;

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::ranges::find(list, value) != list.end();
}

// They are well-formed: they were parsed before they were allowed.
std::vector<std::string> names_in(std::string_view scope) {
  return parse_scope(scope).value_or(std::vector<std::string>());
}

Consent widen(const std::optional<Consent>& before, const Client& client, std::string_view scope,
              const std::vector<std::string>& resources, Time now) {
  Consent consent{.client_id = client.client_id,
                  .client_name = client.client_name,
                  .client_uri = client.client_uri,
                  .scope = std::string(scope),
                  .resources = resources,
                  .granted_at = now};
  if (!before) return consent;
  // Later than before, whatever the clock says: the next change must see that there was this one.
  consent.granted_at = std::max(now, before->granted_at + std::chrono::milliseconds(1));
  auto names = names_in(scope);
  for (auto& name : names_in(before->scope)) {
    if (names.size() == max_scope_names) break;
    if (!contains(names, name)) names.push_back(std::move(name));
  }
  consent.scope = join_scope(names);
  for (const auto& resource : before->resources) {
    if (consent.resources.size() == max_resources) break;
    if (!contains(consent.resources, resource)) consent.resources.push_back(resource);
  }
  return consent;
}

}  // namespace

store::Key consent_key(std::string_view user_id, std::string_view client_id) {
  return {store::key_part(table_keys::user, user_id), std::string(consent_prefix).append(client_id)};
}

BOOST_DESCRIBE_STRUCT(Consent, (), (client_name, client_uri, scope, resources, granted_at))

store::Item to_item(std::string_view user_id, const Consent& consent) {
  return {consent_key(user_id, consent.client_id), store::to_attributes(consent)};
}

Consent to_consent(const store::Item& item) {
  auto consent = store::from_item<Consent>(item);
  consent.client_id = item.key.sk.substr(consent_prefix.size());
  return consent;
}

store::Key revoked_key(std::string_view user_id, std::string_view client_id) {
  return {store::key_part(table_keys::user, user_id), store::key_part(table_keys::revoked, client_id)};
}

store::Put take_back(std::string_view user_id, std::string_view client_id, Time now) {
  static_assert(device_code_ttl > code_ttl);
  return {{revoked_key(user_id, client_id), {{"revoked_at", to_ms(now)}}, std::nullopt, now + device_code_ttl}};
}

bool covers(const Consent& consent, std::string_view scope, const std::vector<std::string>& resources) {
  return is_within(scope, consent.scope) && std::ranges::all_of(resources, [&](const std::string& resource) {
           return contains(consent.resources, resource);
         });
}

store::Put remember(std::string_view user_id, const std::optional<Consent>& before, const Client& client,
                    std::string_view scope, const std::vector<std::string>& resources, Time now) {
  return {to_item(user_id, widen(before, client, scope, resources, now)),
          {before ? store::equals("granted_at", to_ms(before->granted_at)) : store::item_absent()}};
}

}  // namespace voyages::auth::oauth
