#include "auth/refresh.h"

#include "auth/session_end.h"
#include "auth/stored_token.h"
#include "auth/table_keys.h"
#include "auth/user.h"
#include "crypto/token.h"
#include "store/table.h"

namespace voyages::auth {

namespace {

constexpr std::string_view seal_purpose = "auth.successor";
// `last_seen_at` is for people; writing it at every refresh would cost a third more.
constexpr auto last_seen_precision = std::chrono::minutes(5);

// Reads the user's roles and address anew, which changed since the token was made. Returns nullopt if the session or
// the account is gone.
std::optional<SessionClaims> read_claims(Auth& auth, const SessionClaims& old) {
  const store::Key keys[] = {session_key(old.user_id, old.session_id), user_key(old.user_id)};
  const auto items = auth.table.get(keys, store::Consistency::strong);
  if (!items[0] || !items[1]) return std::nullopt;
  const auto user = to_user(*items[1]);
  if (user.disabled_at) return std::nullopt;
  auto claims = old;
  claims.email = user.email;
  claims.email_verified = user.email_verified_at.has_value();
  claims.roles = user.roles;
  claims.session_version = items[0]->number("version");
  return claims;
}

// The session must still be there, and of the version that the claims were read at.
store::Write confirm_session(SessionClaims& claims, const std::string& next_id, Time now) {
  const std::vector<store::Condition> unchanged{store::equals("version", claims.session_version)};
  const auto key = session_key(claims.user_id, claims.session_id);
  if (now - claims.last_seen_at < last_seen_precision) return store::Check{key, unchanged};
  claims.last_seen_at = now;
  return store::Update{
      .key = key, .set = {{"last_seen_at", to_ms(now)}, {"token_id", next_id}}, .conditions = unchanged};
}

enum class Outcome { rotated, used_meanwhile, session_changed };

Outcome rotate(Auth& auth, const store::Item& token, SessionClaims claims, const crypto::OpaqueToken& next, Time now) {
  auto session = confirm_session(claims, next.id, now);
  auto next_item = refresh_item(auth.options, next, claims, now);
  next_item.attributes["previous"] = std::string(token_id_of(token));
  const store::Write writes[] = {
      store::Update{.key = token.key,
                    .set = {{"used_at", to_ms(now)},
                            {"replaced_by", next.id},
                            {"successor", store::Bytes{auth.master_key.seal(next.text, seal_purpose)}}},
                    .conditions = {store::item_exists(), store::absent("used_at")}},
      store::Put{std::move(next_item), {store::item_absent()}}, std::move(session)};
  const auto written = auth.table.write(writes);
  if (written) return Outcome::rotated;
  return written.error().index == 2 ? Outcome::session_changed : Outcome::used_meanwhile;
}

// One of the two users of this token is a thief: nobody keeps the session, and its owner hears of it, once.
void revoke_family(Auth& auth, const SessionClaims& claims, Time now) {
  const auto session = get(auth.table, session_key(claims.user_id, claims.session_id));
  if (!session) return;
  const auto ref = to_ref(*session);
  auto writes = end_session(auth, ref, EndReason::revoked, now);
  std::get<store::Delete>(writes.front()).conditions = {store::item_exists()};
  // The address may have changed since the token was made.
  const auto user = find_user(auth.table, claims.user_id);
  const auto mail = auth.outbox.record(
      {user ? user->email : claims.email, "session_revoked", {{"reason", "refresh_token_reused"}}}, now);
  mail.append_to(writes);
  if (!auth.table.write(writes)) return;
  auth.outbox.dispatch(mail, now);
  announce_end(auth, ref);
}

// A used token comes back: within the grace it is answered as before, later it ends the session.
Result<Refreshed> reuse(Auth& auth, const store::Item& token, Time now) {
  const auto claims = to_claims(token);
  if (now - from_ms(token.number("used_at")) > auth.options.refresh_grace) {
    revoke_family(auth, claims, now);
    return fail(invalid_refresh_token);
  }
  const auto* sealed = token.find<store::Bytes>("successor");
  auto successor = sealed ? auth.master_key.open(sealed->value, seal_purpose) : std::nullopt;
  const auto fresh = read_claims(auth, claims);
  if (!successor || !fresh) return fail(invalid_refresh_token);
  return Refreshed{*fresh, std::move(*successor)};
}

std::optional<store::Item> find_token(Auth& auth, const Secret& text, const RefreshCheck& may_use) {
  auto token = find_stored_token(auth.table, text.expose(), table_keys::refresh);
  if (token && !may_use(to_claims(*token))) return std::nullopt;
  return token;
}

}  // namespace

Result<Refreshed> rotate_refresh_token(Auth& auth, const Secret& presented, const RefreshCheck& may_use,
                                       const http::Context& context) {
  auto token = find_token(auth, presented, may_use);
  if (!token) return fail(invalid_refresh_token);
  if (token->find<std::int64_t>("used_at")) return reuse(auth, *token, context.now);

  auto claims = to_claims(*token);
  auto next = crypto::new_token(context.now);
  auto outcome = rotate(auth, *token, claims, next, context.now);
  if (outcome == Outcome::session_changed) {
    const auto fresh = read_claims(auth, claims);
    if (!fresh) return fail(invalid_refresh_token);
    claims = *fresh;
    outcome = rotate(auth, *token, claims, next, context.now);
  }
  if (outcome == Outcome::used_meanwhile) {
    token = find_token(auth, presented, may_use);
    if (!token || !token->find<std::int64_t>("used_at")) return fail(invalid_refresh_token);
    return reuse(auth, *token, context.now);
  }
  if (outcome != Outcome::rotated) return fail(invalid_refresh_token);
  return Refreshed{std::move(claims), std::move(next.text)};
}

Result<TokenPair> refresh(Auth& auth, const RefreshRequest& input, http::Context& context) {
  const auto is_ours = [](const SessionClaims& claims) { return claims.grant.client_id.empty(); };
  auto refreshed = rotate_refresh_token(auth, input.refresh_token, is_ours, context);
  if (!refreshed) return fail(refreshed.error());
  return make_token_pair(auth.access_tokens, refreshed->claims, std::move(refreshed->refresh_token), context.now);
}

}  // namespace voyages::auth
