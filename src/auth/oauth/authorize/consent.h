#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/oauth/clients/client.h"
#include "auth/table_keys.h"
#include "base/clock.h"
#include "store/table.h"

namespace voyages::auth::oauth {

/// What a person has allowed a client, until they take it back: `USER#<user_id>`/`CONSENT#<client_id>`. The client's
/// name is as it was shown to them.
struct Consent {
  std::string client_id;
  std::string client_name;
  std::string client_uri{};
  std::string scope;
  std::vector<std::string> resources{};
  Time granted_at{};
};

inline constexpr std::string_view consent_prefix = table_keys::consent;
store::Key consent_key(std::string_view user_id, std::string_view client_id);
store::Item to_item(std::string_view user_id, const Consent& consent);
Consent to_consent(const store::Item& item);

/// `USER#<user_id>`/`REVOKED#<client_id>`: the person took back what the client held, at `revoked_at`. Codes and
/// devices that were let in until then give nothing any more. Kept for as long as there may be one.
store::Key revoked_key(std::string_view user_id, std::string_view client_id);
store::Put take_back(std::string_view user_id, std::string_view client_id, Time now);

/// Whether all of this was allowed.
bool covers(const Consent& consent, std::string_view scope, const std::vector<std::string>& resources);

/// Remembers that this was allowed, besides what was before. Refused when the consent has changed since it was read.
store::Put remember(std::string_view user_id, const std::optional<Consent>& before, const Client& client,
                    std::string_view scope, const std::vector<std::string>& resources, Time now);

}  // namespace voyages::auth::oauth
