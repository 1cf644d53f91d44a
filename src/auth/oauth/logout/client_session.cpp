#include "auth/oauth/logout/client_session.h"

#include <algorithm>
#include <iterator>

#include "auth/oauth/authorize/consent.h"
#include "auth/oauth/scope.h"
#include "auth/session_limit.h"

namespace voyages::auth::oauth {

namespace {

// Only the operator's own clients, and they only where no route of this server is opened.
bool needs_no_consent(const Auth& auth, const Client& client, std::string_view scope) {
  return client.first_party && !auth.permissions.any_in(scope);
}

GrantTerms terms_of(const Auth& auth, const TokenRequest& request, const Approval& approval) {
  const auto& client = request.client;
  const bool offline = has_scope(approval.scope, scope::offline_access);
  return {.grant = {.client_id = client.client_id,
                    .scope = approval.scope,
                    .resources = approval.resources,
                    // RFC 9449 §5: a confidential client's refresh tokens are bound to its secret already.
                    .dpop_jkt = client.is_public() ? request.proof.thumbprint : std::string(),
                    .auth_time = approval.auth_time,
                    .amr = approval.amr,
                    .id_token_claims = approval.id_token_claims,
                    .unasked = needs_no_consent(auth, client, approval.scope)},
          .parent_id = approval.session_id,
          .outlives = offline,
          .ends_at = offline ? request.context.now + auth.options.session_ttl : approval.session_ends_at,
          .refreshable = client.may_use(grant_type::refresh_token),
          .notified = !client.backchannel_logout_uri.empty()};
}

// The person has taken back what the client holds since they approved this.
bool is_revoked(const Approval& approval, const std::optional<store::Item>& revoked) {
  return revoked && approval.approved_at <= from_ms(revoked->number("revoked_at"));
}

store::Condition as_it_was(const std::optional<store::Item>& revoked) {
  return revoked ? store::equals("revoked_at", revoked->number("revoked_at")) : store::item_absent();
}

}  // namespace

std::expected<TokenGrant, NotBegun> begin_approved_session(Auth& auth, const TokenRequest& request, Approval approval,
                                                           const ApprovalUse& use_approval) {
  // An administrator may have taken some of it from the client meanwhile.
  auto scope = narrow_scope(request.client, approval.scope);
  if (!scope) return std::unexpected(NotBegun::gone);
  approval.scope = std::move(*scope);
  const auto& client_id = request.client.client_id;
  const store::Key keys[] = {session_key(approval.user_id, approval.session_id), user_key(approval.user_id),
                             revoked_key(approval.user_id, client_id)};
  // Twice, since the user's roles or address may change at this very moment.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto items = auth.table.get(keys, store::Consistency::strong);
    if (!items[0] || !items[1] || is_revoked(approval, items[2])) return std::unexpected(NotBegun::gone);
    auto user = to_user(*items[1]);
    if (user.disabled_at) return std::unexpected(NotBegun::gone);
    auto session = prepare_client_session(auth, user, terms_of(auth, request, approval), request.context);
    std::vector<store::Write> writes{use_approval(session.claims.session_id),
                                     // It neither ended nor was renewed, so what was read of the user holds.
                                     store::Check{keys[0], {store::equals("version", items[0]->number("version"))}},
                                     store::Check{keys[2], {as_it_was(items[2])}}};
    // Without a consent it allows nothing any more, although there was one when the person was asked.
    if (!needs_no_consent(auth, request.client, approval.scope)) {
      writes.emplace_back(store::Check{consent_key(approval.user_id, client_id), {store::item_exists()}});
    }
    std::ranges::move(session.writes, std::back_inserter(writes));
    const auto written = auth.table.write(writes);
    if (written) {
      note_new_session(auth, approval.user_id);
      return TokenGrant{.session = std::move(session.claims),
                        .scope = approval.scope,
                        .resources = approval.resources,
                        .refresh_token = std::move(session.refresh_token),
                        .user = std::move(user)};
    }
    if (written.error().index == 0) return std::unexpected(NotBegun::used);
  }
  return std::unexpected(NotBegun::gone);
}

}  // namespace voyages::auth::oauth
