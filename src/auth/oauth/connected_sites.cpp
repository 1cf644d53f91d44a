#include "auth/oauth/connected_sites.h"

#include <algorithm>
#include <map>

#include "auth/oauth/consent.h"
#include "auth/oauth/scope.h"
#include "auth/session.h"

namespace voyages::auth::oauth {

namespace {

using LastUse = std::map<std::string, Time, std::less<>>;

LastUse last_use_by_client(Auth& auth, std::string_view user_id) {
  LastUse uses;
  for (const auto& session : list_session_items(auth.table, user_id)) {
    auto& last = uses[std::string(session.text("client_id"))];
    last = std::max(last, from_ms(session.number("last_seen_at")));
  }
  return uses;
}

ConnectedSite to_site(const Consent& consent, const LastUse& uses) {
  const auto used = uses.find(consent.client_id);
  return {consent.client_id,
          consent.client_name,
          consent.client_uri.empty() ? std::nullopt : std::optional(consent.client_uri),
          parse_scope(consent.scope).value_or(std::vector<std::string>()),
          consent.granted_at,
          used == uses.end() ? std::nullopt : std::optional(used->second)};
}

}  // namespace

Result<ConnectedSites> list_consents(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto& user_id = context.caller->user_id;
  const auto uses = last_use_by_client(auth, user_id);
  ConnectedSites sites;
  for (const auto& item : query_all(auth.table, "USER#" + user_id, consent_prefix)) {
    sites.items.push_back(to_site(to_consent(item), uses));
  }
  return sites;
}

Result<void> revoke_consent(Auth& auth, const ConnectedSiteInput& input, http::Context& context) {
  const auto& user_id = context.caller->user_id;
  const auto& client_id = input.client_id.text();
  const store::Write forget = store::Delete{consent_key(user_id, client_id)};
  // Its deletion has no condition, so it cannot be refused.
  (void)end_sessions(auth, user_id, held_by(client_id), EndReason::revoked, {&forget, 1}, context.now);
  return {};
}

}  // namespace voyages::auth::oauth
