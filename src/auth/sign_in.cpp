#include "auth/sign_in.h"

#include <iterator>

#include "base/unavailable.h"
#include "store/table.h"

namespace voyages::auth {

namespace {

// What the table knows before the password is checked: two reads for every caller.
struct Attempt {
  Throttle throttle;
  std::optional<User> user;
};

Attempt read_attempt(Auth& auth, const Email& email, const std::string& network) {
  Attempt attempt{Throttle(email.text(), network), std::nullopt};
  auto keys = attempt.throttle.keys();
  keys.push_back(email_key(email.text()));
  const auto first = auth.table.get(keys, store::Consistency::strong);
  attempt.throttle.load(first[0], first[1]);
  // Nobody's keys are read for an unknown address, so that it costs a read as well.
  const auto user_id = first[2] ? first[2]->text("user_id") : std::string_view("nobody");
  const store::Key second_keys[] = {user_key(user_id), Throttle::known_key(user_id, network)};
  const auto second = auth.table.get(second_keys, store::Consistency::strong);
  if (first[2] && second[0]) attempt.user = to_user(*second[0]);
  attempt.throttle.load_known(second_keys[1], second[1]);
  return attempt;
}

bool password_matches(Auth& auth, const Throttle& throttle, const std::optional<User>& user, const Password& password,
                      Time now) {
  try {
    if (!user || user->password_hash.empty()) return auth.passwords.matches_nothing(password.secret());
    return auth.passwords.matches(password.secret(), user->password_hash);
  } catch (const Unavailable&) {
    (void)auth.table.write(throttle.take_back(now));  // nobody has looked at the password
    throw;
  }
}

// What the new session depends on: the account is still as it was read, so that nobody slips in beside a new password,
// a lock, other roles or another address.
std::vector<store::Condition> as_it_was_read(const User& user) {
  std::vector<store::Condition> conditions{
      store::equals("password_hash", user.password_hash), store::equals("roles", user.roles),
      store::equals("email_normalised", user.email_normalised), store::absent("disabled_at")};
  // What the item says of a bad address counts for nothing.
  if (!user.has_bad_email)
    conditions.push_back(user.email_verified_at ? store::equals("email_verified_at", to_ms(*user.email_verified_at))
                                                : store::absent("email_verified_at"));
  return conditions;
}

store::Write confirm_password(Auth& auth, const User& user, const Password& password) {
  if (!auth.passwords.needs_rehash(user.password_hash)) return store::Check{user_key(user.id), as_it_was_read(user)};
  return change_user(user.id, {{"password_hash", auth.passwords.hash(password.secret())}}, as_it_was_read(user));
}

std::optional<Error> account_refusal(const Auth& auth, const User& user) {
  if (user.disabled_at) return account_disabled;
  if (auth.options.verification_required && !user.email_verified_at) return email_not_verified;
  return std::nullopt;
}

// Tells the account of a place that it was never signed in from, but not while it is being made.
void record_mail(Auth& auth, ProvenUser& proven, bool known_place, const http::Context& context) {
  const bool first_login_ever = proven.user.created_at + std::chrono::hours(1) > context.now;
  if (known_place || first_login_ever) return;
  proven.mails.push_back(auth.outbox.record(
      {proven.user.email, "new_sign_in", {{"ip", context.client_ip}, {"user_agent", context.user_agent}}},
      context.now));
  proven.mails.back().append_to(proven.writes);
}

}  // namespace

Result<ProvenUser> prove_by_password(Auth& auth, const Email& email, const Password& password,
                                     const http::Context& context) {
  const auto network = client_network(context.client_ip);
  auto [throttle, user] = read_attempt(auth, email, network);
  if (const auto refusal = throttle.begin(auth.table, context.now)) return fail(*refusal);

  if (!password_matches(auth, throttle, user, password, context.now)) return fail(invalid_credentials);
  // Only a caller that knows the password learns whether the account is disabled or unverified.
  if (const auto refusal = account_refusal(auth, *user)) {
    (void)auth.table.write(throttle.take_back(context.now));
    return fail(*refusal);
  }

  ProvenUser proven{*user, {confirm_password(auth, *user, password)}};
  std::ranges::move(throttle.success(user->id, context.now), std::back_inserter(proven.writes));
  record_mail(auth, proven, throttle.is_known(), context);
  return proven;
}

Result<ProvenUser> prove_elsewhere(Auth& auth, const User& user, const http::Context& context) {
  if (const auto refusal = account_refusal(auth, user)) return fail(*refusal);
  const auto network = client_network(context.client_ip);
  const bool known_place = get(auth.table, Throttle::known_key(user.id, network)).has_value();
  ProvenUser proven{user, {store::Check{user_key(user.id), as_it_was_read(user)}}};
  proven.writes.push_back(Throttle::know(user.id, network, context.now));
  record_mail(auth, proven, known_place, context);
  return proven;
}

bool begin_proven_session(Auth& auth, ProvenUser proven, std::vector<store::Write> session, Time now) {
  std::ranges::move(session, std::back_inserter(proven.writes));
  if (!auth.table.write(proven.writes)) return false;
  for (const auto& mail : proven.mails) auth.outbox.dispatch(mail, now);
  return true;
}

}  // namespace voyages::auth
