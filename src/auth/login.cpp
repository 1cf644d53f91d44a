#include "auth/login.h"

#include <algorithm>
#include <iterator>

#include "store/table.h"

namespace voyages::auth {

namespace {

// What the table knows before the password is looked at: two reads, whoever calls.
struct Attempt {
  Throttle throttle;
  std::optional<User> user;
};

Attempt read_attempt(Auth& auth, const Email& email, const std::string& network) {
  Attempt attempt{Throttle(email.normalised(), network), std::nullopt};
  auto keys = attempt.throttle.keys();
  keys.push_back(email_key(email.normalised()));
  const auto first = auth.table.get(keys, store::Consistency::strong);
  attempt.throttle.load(first[0], first[1]);
  // Nobody's keys are read for an unknown address, so that it costs a read as well.
  const auto user_id = first[2] ? first[2]->text("user_id") : std::string_view("nobody");
  const store::Key second_keys[] = {user_key(user_id), Throttle::known_key(user_id, network)};
  const auto second = auth.table.get(second_keys, store::Consistency::strong);
  if (first[2] && second[0]) attempt.user = to_user(*second[0]);
  attempt.throttle.load_known(second[1]);
  return attempt;
}

bool password_matches(Auth& auth, const std::optional<User>& user, const Password& password) {
  if (!user || user->password_hash.empty()) return auth.passwords.matches_nothing(password.secret());
  return auth.passwords.matches(password.secret(), user->password_hash);
}

// The write that the new session depends on: the account is still as it was read, so that nobody slips in beside a new
// password, a lock, other roles or another address.
store::Write confirm_password(Auth& auth, const User& user, const Password& password) {
  const std::vector<store::Condition> unchanged{
      store::equals("password_hash", user.password_hash), store::equals("roles", user.roles),
      store::equals("email", user.email), store::absent("disabled_at"),
      user.email_verified_at ? store::equals("email_verified_at", to_ms(*user.email_verified_at))
                             : store::absent("email_verified_at")};
  if (!auth.passwords.needs_rehash(user.password_hash)) return store::Check{user_key(user.id), unchanged};
  return store::Update{.key = user_key(user.id),
                       .set = {{"password_hash", auth.passwords.hash(password.secret())}},
                       .conditions = unchanged};
}

}  // namespace

Result<LoginResponse> login(Auth& auth, const LoginRequest& input, http::Context& context) {
  const auto network = client_network(context.client_ip);
  const auto [throttle, user] = read_attempt(auth, input.email, network);
  if (const auto refusal = throttle.refusal(context.now)) return fail(*refusal);

  if (!password_matches(auth, user, input.password)) {
    (void)auth.table.write(throttle.failure(context.now));  // without conditions it cannot be refused
    return fail(invalid_credentials);
  }
  // Only who knows the password learns what state the account is in.
  if (user->disabled_at) return fail(account_disabled);
  if (auth.options.verification_required && !user->email_verified_at) return fail(email_not_verified);

  auto session = begin_session(auth, *user, context);
  std::vector<store::Write> writes{confirm_password(auth, *user, input.password)};
  std::ranges::move(session.writes, std::back_inserter(writes));
  std::ranges::move(throttle.success(user->id, context.now), std::back_inserter(writes));
  std::optional<email::RecordedMail> mail;
  const bool first_login_ever = user->created_at + std::chrono::hours(1) > context.now;
  if (!throttle.is_known() && !first_login_ever) {
    mail = auth.outbox.record(
        {user->email, "new_sign_in", {{"ip", context.client_ip}, {"user_agent", context.user_agent}}}, context.now);
    mail->append_to(writes);
  }
  if (!auth.table.write(writes)) return fail(invalid_credentials);  // the account was changed this very moment
  if (mail) auth.outbox.dispatch(*mail, context.now);
  auto& tokens = session.tokens;
  return LoginResponse{std::move(tokens.access_token), std::move(tokens.token_type), tokens.expires_in,
                       std::move(tokens.refresh_token), view(*user)};
}

}  // namespace voyages::auth
