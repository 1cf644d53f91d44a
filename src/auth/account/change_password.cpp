#include "auth/account/change_password.h"

#include <algorithm>

#include "auth/federation/identity.h"
#include "auth/mail_link.h"
#include "auth/session_end.h"
#include "auth/user.h"

namespace voyages::auth {

namespace {

// The accounts elsewhere that open this one, in a line.
std::string describe_identities(Auth& auth, std::string_view user_id) {
  constexpr std::size_t most = 20;
  std::string line;
  const auto identities = federation::identities_of(auth, user_id);
  for (std::size_t i = 0; i < std::min(identities.size(), most); ++i) {
    if (i > 0) line += ", ";
    line += identities[i].provider_name;
    if (const auto& who = identities[i].email ? identities[i].email : identities[i].name) line += " (" + *who + ')';
  }
  if (identities.size() > most) line += ", …";
  return line;
}

}  // namespace

email::RecordedMail record_password_changed(Auth& auth, const User& user, std::string_view ip, Time now) {
  boost::json::object params{{"ip", ip}};
  if (auto identities = describe_identities(auth, user.id); !identities.empty()) params["identities"] = identities;
  return auth.outbox.record({user.email, "password_changed", std::move(params)}, now);
}

Result<void> confirm_caller(Auth& auth, const User& user, const Password& password, const http::Context& context) {
  const auto network = client_network(context.client_ip);
  Throttle throttle(user.email_normalised, network);
  auto keys = throttle.keys();
  keys.push_back(Throttle::known_key(user.id, network));
  const auto items = auth.table.get(keys, store::Consistency::strong);
  throttle.load(items[0], items[1]);
  throttle.load_known(keys.back(), items[2]);
  if (const auto refusal = throttle.begin(auth.table, context.now)) return fail(*refusal);
  if (!auth.passwords.matches(password.secret(), user.password_hash)) return fail(wrong_password);
  (void)auth.table.write(throttle.take_back(context.now));
  return {};
}

Result<void> change_password(Auth& auth, const ChangePasswordRequest& input, http::Context& context) {
  const auto user = find_user(auth.table, context.caller->user_id);
  if (!user) return fail(user_not_found);
  if (const auto confirmed = confirm_caller(auth, *user, input.current_password, context); !confirmed) return confirmed;
  if (const auto fault = personal_fault(input.new_password, user->email, user->name, auth.options))
    return fail(field_error("new_password", *fault));
  const auto mail = record_password_changed(auth, *user, context.client_ip, context.now);
  std::vector<store::Write> writes{change_user(user->id,
                                               {{"password_hash", auth.passwords.hash(input.new_password.secret())},
                                                {"reset_token_id", ""},
                                                {"verify_token_id", ""},
                                                {"updated_at", to_ms(context.now)}},
                                               {store::equals("password_hash", user->password_hash)}),
                                   mail.item, mail.entry};
  // Somebody who knew the old password may have asked to move the account to another address, and somebody who could
  // read its mail for a link to a new password.
  drop_mail_links(*user, writes);
  const auto& session_id = context.caller->session_id;
  if (!end_sessions(auth, user->id, all_but(session_id), EndReason::password_change, writes, context.now))
    return fail(conflict);
  auth.outbox.dispatch(mail, context.now);
  return {};
}

}  // namespace voyages::auth
