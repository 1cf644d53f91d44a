#include "auth/federation/arrival.h"

#include <algorithm>
#include <iterator>

#include "auth/browser_session.h"
#include "auth/errors.h"
#include "auth/federation/errors.h"
#include "auth/federation/identity.h"
#include "auth/registration.h"
#include "auth/request_limit.h"
#include "auth/session.h"
#include "auth/sign_in.h"
#include "auth/throttle.h"

namespace voyages::auth::federation {

namespace {

// How often we look again when what we read has changed by the time we write, as when two tabs arrive at once.
constexpr int tries = 3;

/// Whose the identity is now.
struct Owner {
  std::string user_id;       // empty: nobody's
  std::optional<User> user;  // nothing: of an account that is gone
};

Owner find_owner(Auth& auth, const IdentityId& id) {
  const auto item = get(auth.table, id.key());
  if (!item) return {};
  std::string user_id(item->text("user_id"));
  auto user = find_user(auth.table, user_id);
  return {std::move(user_id), std::move(user)};
}

// From now on somebody with that account elsewhere can come in, which its owner must hear of.
email::RecordedMail record_linked(Auth& auth, const User& user, const Provider& provider, Time now) {
  return auth.outbox.record({user.email, "identity_linked", {{"provider", provider.name}}}, now);
}

// An account made with somebody else's address must not gain the identity of that address's owner, so both sides
// must have proven the address.
Result<ProvenUser> link_by_address(Auth& auth, std::vector<store::Write> link, const Provider& provider,
                                   const User& user, const http::Context& context) {
  if (!user.email_verified_at) return fail(account_exists);
  auto proven = prove_elsewhere(auth, user, context);
  if (!proven) return proven;
  std::ranges::move(link, std::back_inserter(proven->writes));
  proven->mails.push_back(record_linked(auth, user, provider, context.now));
  proven->mails.back().append_to(proven->writes);
  return proven;
}

Result<ProvenUser> make_account(Auth& auth, NewUser made, std::vector<store::Write> link,
                                const http::Context& context) {
  if (auth.options.registration != Registration::open) return fail(registration_closed);
  if (const auto counted = count_request(auth, limited::registration, context); !counted) return fail(counted.error());
  ProvenUser proven{std::move(made.user), std::move(made.writes)};
  std::ranges::move(link, std::back_inserter(proven.writes));
  proven.writes.push_back(Throttle::know(proven.user.id, client_network(context.client_ip), context.now));
  proven.mails.push_back(
      auth.outbox.record({proven.user.email, "welcome", {{"url", auth.options.public_url}}}, context.now));
  proven.mails.back().append_to(proven.writes);
  return proven;
}

// Who arrives, and what must be written with their session.
Result<ProvenUser> receive(Auth& auth, const Provider& provider, const Profile& profile, const http::Context& context) {
  const auto id = IdentityId::of(provider, profile.subject);
  const auto owner = find_owner(auth, id);
  if (owner.user) {
    auto proven = prove_elsewhere(auth, *owner.user, context);
    if (proven) proven->writes.emplace_back(store::Check{id.key(), {store::equals("user_id", owner.user_id)}});
    return proven;
  }
  if (!profile.email_verified) return fail(email_unverified_upstream);
  if (const auto user = find_user_by_email(auth.table, *profile.email)) {
    const auto unlinked = id.unlinked_key(user->id);
    if (get(auth.table, unlinked)) return fail(account_exists);
    auto link = link_identity(id, user->id, owner.user_id, profile, context.now);
    link.emplace_back(store::Check{unlinked, {store::item_absent()}});
    return link_by_address(auth, std::move(link), provider, *user, context);
  }
  auto made = new_user(auth, *profile.email, Secret(), profile.name, {}, true, context.now);
  auto link = link_identity(id, made.user.id, owner.user_id, profile, context.now);
  return make_account(auth, std::move(made), std::move(link), context);
}

}  // namespace

Result<void> sign_in(Federation& federation, const Attempt& attempt, const Provider& provider, const Profile& profile,
                     http::Context& context) {
  auto& auth = federation.auth;
  for (int i = 0; i < tries; ++i) {
    auto proven = receive(auth, provider, profile, context);
    if (!proven) return fail(proven.error());
    const auto auth_time = profile.auth_time.value_or(context.now);
    SignInProof proof{
        .amr = {"fed"}, .auth_time = auth_time, .asked_in_vain = attempt.asks_anew && auth_time < context.now};
    if (begin_browser_session(auth, std::move(*proven), std::move(proof), context)) return {};
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
    writes.emplace_back(store::Delete{id.unlinked_key(user->id)});
    writes.emplace_back(store::Check{
        user_key(user->id),
        {store::absent("disabled_at"), store::equals("email_verified_at", to_ms(*user->email_verified_at))}});
    writes.emplace_back(store::Check{session_key(user->id, attempt.linking_session_id), {store::item_exists()}});
    const auto session_check = writes.size() - 1;
    std::optional<email::RecordedMail> mail;
    if (!owner.user) mail = record_linked(auth, *user, provider, context.now);
    if (mail) mail->append_to(writes);
    const auto written = auth.table.write(writes);
    if (written) {
      if (mail) auth.outbox.dispatch(*mail, context.now);
      return {};
    }
    if (written.error().index == session_check) break;  // signed out meanwhile
  }
  return fail(federation_failed);
}

}  // namespace voyages::auth::federation
