#include "auth/federation/arrival.h"

#include <algorithm>
#include <iterator>

#include "auth/browser_session.h"
#include "auth/errors.h"
#include "auth/federation/errors.h"
#include "auth/federation/identity.h"
#include "auth/registration.h"
#include "auth/request_limit.h"
#include "auth/throttle.h"

namespace voyages::auth::federation {

namespace {

// How often we look again when what we read has changed by the time we write, as when two tabs arrive at once.
constexpr int tries = 3;

/// Whose the identity is now.
struct Owner {
  std::string user_id;  // empty: nobody's
  std::optional<User> user;  // nothing: of an account that is gone
};

Owner find_owner(Auth& auth, const IdentityId& id) {
  const auto item = get(auth.table, id.key());
  if (!item) return {};
  std::string user_id(item->text("user_id"));
  auto user = find_user(auth.table, user_id);
  return {std::move(user_id), std::move(user)};
}

/// Who arrives, and the writes that this depends on or makes.
struct Arrival {
  User user;
  std::vector<store::Write> writes;
  std::optional<email::RecordedMail> mail{};
};

Result<Arrival> known(Auth& auth, const IdentityId& id, User user, const http::Context& context) {
  if (user.disabled_at) return fail(account_disabled);
  if (auth.options.verification_required && !user.email_verified_at) return fail(email_not_verified);
  Arrival arrival{std::move(user), {}};
  const auto& account = arrival.user;
  arrival.writes.emplace_back(store::Check{user_key(account.id), unchanged(account)});
  arrival.writes.emplace_back(store::Check{id.key(), {store::equals("user_id", account.id)}});
  const bool first_login_ever = account.created_at + std::chrono::hours(1) > context.now;
  const auto network = Throttle::known_key(account.id, client_network(context.client_ip));
  if (!first_login_ever && !get(auth.table, network)) arrival.mail = new_sign_in_mail(auth, account, context);
  return arrival;
}

// Whoever made an account with somebody else's address must not have its owner's identity fall to it, so both sides
// must have proven the address.
Result<Arrival> link_by_address(Auth& auth, const IdentityId& id, std::string_view stale_owner, const Profile& profile,
                                User user, const http::Context& context) {
  if (!user.email_verified_at) return fail(account_exists);
  if (user.disabled_at) return fail(account_disabled);
  auto writes = link_identity(id, user.id, stale_owner, profile, context.now);
  writes.emplace_back(store::Check{user_key(user.id), unchanged(user)});
  // The owner hears of the new way in, from wherever it was opened.
  auto mail = new_sign_in_mail(auth, user, context);
  return Arrival{std::move(user), std::move(writes), std::move(mail)};
}

Result<Arrival> make_account(Auth& auth, const IdentityId& id, std::string_view stale_owner, const Profile& profile,
                             const http::Context& context) {
  if (auth.options.registration != Registration::open) return fail(registration_closed);
  auto made = new_user(auth, *profile.email, Secret(), profile.name, {}, true, context.now);
  std::ranges::move(link_identity(id, made.user.id, stale_owner, profile, context.now),
                    std::back_inserter(made.writes));
  auto mail = auth.outbox.record({made.user.email, "welcome", {{"url", auth.options.public_url}}}, context.now);
  return Arrival{std::move(made.user), std::move(made.writes), std::move(mail)};
}

Result<Arrival> receive(Auth& auth, const IdentityId& id, const Profile& profile, const http::Context& context) {
  auto owner = find_owner(auth, id);
  if (owner.user) return known(auth, id, std::move(*owner.user), context);
  if (!profile.email_verified) return fail(email_unverified_upstream);
  auto same_address = find_user_by_email(auth.table, *profile.email);
  if (same_address) return link_by_address(auth, id, owner.user_id, profile, std::move(*same_address), context);
  return make_account(auth, id, owner.user_id, profile, context);
}

}  // namespace

Result<std::string> sign_in(Federation& federation, const Provider& provider, const Profile& profile,
                            const http::Context& context) {
  auto& auth = federation.auth;
  const auto id = IdentityId::of(provider, profile.subject);
  for (int i = 0; i < tries; ++i) {
    auto arrival = receive(auth, id, profile, context);
    if (!arrival) return fail(arrival.error());
    auto session = begin_browser_session(auth, arrival->user, context);
    auto& writes = arrival->writes;
    std::ranges::move(session.writes, std::back_inserter(writes));
    writes.push_back(Throttle::know(arrival->user.id, client_network(context.client_ip), context.now));
    if (arrival->mail) arrival->mail->append_to(writes);
    if (!auth.table.write(writes)) continue;
    if (arrival->mail) auth.outbox.dispatch(*arrival->mail, context.now);
    return std::move(session.set_cookie);
  }
  return fail(federation_failed);
}

Result<void> link(Federation& federation, const Attempt& attempt, const Provider& provider, const Profile& profile,
                  const http::Context& context) {
  auto& auth = federation.auth;
  const auto id = IdentityId::of(provider, profile.subject);
  for (int i = 0; i < tries; ++i) {
    const auto owner = find_owner(auth, id);
    if (owner.user && owner.user->id != attempt.linking_user_id) return fail(identity_taken);
    const auto user = find_user(auth.table, attempt.linking_user_id);
    if (!user || !user->email_verified_at) return fail(federation_failed);
    if (user->disabled_at) return fail(account_disabled);
    // An account of ours that is gone, or this one, which has it already.
    auto writes = link_identity(id, user->id, owner.user_id, profile, context.now);
    writes.emplace_back(store::Check{user_key(user->id), unchanged(*user)});
    writes.emplace_back(
        store::Check{session_key(user->id, attempt.linking_session_id), {store::item_exists()}});
    const auto written = auth.table.write(writes);
    if (written) return {};
    if (written.error().index == writes.size() - 1) break;  // signed out meanwhile
  }
  return fail(federation_failed);
}

}  // namespace voyages::auth::federation
