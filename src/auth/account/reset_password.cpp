#include "auth/account/reset_password.h"

#include <utility>

#include "auth/account/change_password.h"
#include "auth/federation/identity.h"
#include "auth/jobs.h"
#include "auth/link_mail.h"
#include "auth/mail_link.h"
#include "auth/oauth/authorize/consent.h"
#include "auth/request_limit.h"
#include "auth/session.h"
#include "auth/session_end.h"
#include "auth/table_keys.h"
#include "auth/throttle.h"
#include "auth/user.h"

namespace voyages::auth {

Result<void> forgot_password(Auth& auth, const ForgotPasswordRequest& input, http::Context& context) {
  if (const auto counted = count_request(auth, limited::reset_mail, context); !counted) return counted;
  auth.queue.send(job::reset_mail, link_mail_errand(input.email, context));
  return {};
}

void send_reset_mail(Auth& auth, std::string_view errand, Time now) {
  send_link_mail(auth,
                 {.link = MailLinkKind::reset,
                  .open_links = &User::reset_token_ids,
                  .attribute = "reset_token_id",
                  .kind = "reset",
                  .template_name = "reset_password",
                  .is_for = [](const User& user) { return !user.disabled_at; }},
                 errand, now);
}

namespace {

// What failed before the reset: by the address, and by every device that has logged in, which is a stranger again.
void forget_failed_logins(Auth& auth, const User& user) {
  constexpr std::size_t max_writes = 100;
  std::vector<store::Write> writes{
      store::Delete{{store::key_part(table_keys::login, user.email_normalised), std::string(table_keys::attempts)}}};
  for (const auto& device : query_all(auth.table, store::key_part(table_keys::user, user.id), table_keys::known)) {
    if (writes.size() == max_writes) (void)auth.table.write(std::exchange(writes, {}));
    writes.emplace_back(store::Delete{device.key});
  }
  (void)auth.table.write(writes);  // without conditions it cannot be refused
}

// Removes what an intruder may have left in the account to return by: consents, by which their client would get a code
// without asking, and, if the address was not verified yet, identities. Done first, and again at the end: if this fails
// halfway, the reset can be repeated.
void forget_planted(Auth& auth, const User& user) {
  auto keys = user.email_verified_at ? std::vector<store::Key>() : federation::identity_keys(auth.table, user.id);
  for (const auto& item : query_all(auth.table, store::key_part(table_keys::user, user.id), oauth::consent_prefix))
    keys.push_back(item.key);
  delete_all(auth.table, keys);
}

// `link` is what allows it, and is used up.
Result<void> replace_password(Auth& auth, const User& user, const NewPassword& password, std::string_view ip,
                              const std::optional<OpenedMailLink>& link, Time now) {
  if (const auto fault = personal_fault(password, user.email, user.name, auth.options))
    return fail(field_error("password", *fault));
  forget_planted(auth, user);
  const auto mail = record_password_changed(auth, user, ip, now);
  store::Attributes changes{{"password_hash", auth.passwords.hash(password.secret())},
                            {"reset_token_id", ""},
                            {"verify_token_id", ""},
                            {"updated_at", to_ms(now)}};
  if (!user.email_verified_at) {
    changes["email"] = user.email;
    changes["email_verified_at"] = to_ms(now);
  }
  std::vector<store::Write> writes;
  if (link) writes.push_back(link->use());
  writes.emplace_back(change_user(user.id, std::move(changes), {store::item_exists()}));
  mail.append_to(writes);
  // Somebody who knew the old password may have asked to move the account to another address.
  drop_mail_links(user, writes, link ? link->token_id : "");
  if (!end_sessions(auth, user.id, every_session, EndReason::password_change, writes, now)) return fail(invalid_link);
  forget_planted(auth, user);  // once more: now nobody is signed in who could allow anything
  forget_failed_logins(auth, user);
  auth.outbox.dispatch(mail, now);
  return {};
}

}  // namespace

Result<void> reset_password(Auth& auth, const ResetPasswordRequest& input, http::Context& context) {
  const auto link = open_mail_link(auth.table, input.token.expose(), MailLinkKind::reset);
  if (!link) return fail(invalid_link);
  const auto user = find_user(auth.table, link->item.text("user_id"));
  if (!user || !is_open_link(user->reset_token_ids, link->token_id) || user->disabled_at) return fail(invalid_link);
  const auto replaced = replace_password(auth, *user, input.password, context.client_ip, link, context.now);
  if (!replaced) return replaced;
  // A stranger who keeps the address locked by failed logins must not keep its owner out.
  const auto known = Throttle::know(user->id, client_network(context.client_ip), context.now);
  (void)auth.table.write({&known, 1});  // without conditions it cannot be refused
  return {};
}

Result<void> set_password(Auth& auth, const User& user, const NewPassword& password, Time now) {
  return replace_password(auth, user, password, "the command line", std::nullopt, now);
}

}  // namespace voyages::auth
