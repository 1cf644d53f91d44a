#include "auth/verify_email.h"

#include "auth/jobs.h"
#include "auth/link_mail.h"
#include "auth/mail_link.h"
#include "auth/request_limit.h"
#include "auth/session_end.h"
#include "auth/user.h"

namespace voyages::auth {

namespace {

// Everything that moves an account to the address in the link; its old address is told.
Result<void> change_email(Auth& auth, const User& user, const Email& email, const OpenedMailLink& link, Time now) {
  auto moved = user;
  moved.email = email.text();
  moved.email_normalised = email.text();
  const auto mail = auth.outbox.record({user.email, "email_changed", {{"new_email", email.text()}}}, now);
  std::vector<store::Write> writes{link.use(),
                                   change_user(user.id,
                                               {{"email", moved.email},
                                                {"email_normalised", moved.email_normalised},
                                                {"email_verified_at", to_ms(now)},
                                                {"verify_token_id", ""},
                                                {"reset_token_id", ""},
                                                {"updated_at", to_ms(now)}},
                                               {store::equals("email_normalised", user.email_normalised)}),
                                   store::Put{email_item(moved), {store::item_absent()}},
                                   store::Delete{email_key(user.email_normalised)},
                                   mail.item,
                                   mail.entry};
  // A link that lies in the old mailbox must not open the account any more.
  drop_mail_links(user, writes, link.token_id);
  const auto written = renew_sessions(auth, user.id, writes);
  if (!written) return fail(written.error().index == 2 ? email_taken : invalid_link);
  auth.outbox.dispatch(mail, now);
  return {};
}

}  // namespace

Result<void> verify_email(Auth& auth, const VerifyEmailRequest& input, http::Context& context) {
  const auto link = open_mail_link(auth.table, input.token.expose(), MailLinkKind::verify_email);
  if (!link) return fail(invalid_link);
  const auto user = find_user(auth.table, link->item.text("user_id"));
  const auto email = Email::parse(link->item.text("email"));
  if (!user || !email || !is_open_link(user->verify_token_ids, link->token_id)) return fail(invalid_link);
  if (email->text() != user->email_normalised) return change_email(auth, *user, *email, *link, context.now);
  std::vector<store::Write> writes{link->use(), change_user(user->id,
                                                            {{"email", email->text()},
                                                             {"email_verified_at", to_ms(context.now)},
                                                             {"verify_token_id", ""},
                                                             {"updated_at", to_ms(context.now)}},
                                                            {store::item_exists()})};
  drop_mail_links(MailLinkKind::verify_email, user->verify_token_ids, writes, link->token_id);
  if (!renew_sessions(auth, user->id, writes)) return fail(invalid_link);
  return {};
}

Result<void> resend_verification(Auth& auth, const ResendVerificationRequest& input, http::Context& context) {
  if (const auto counted = count_request(auth, limited::verification_mail, context); !counted) return counted;
  auth.queue.send(job::verification_mail, link_mail_errand(input.email, context));
  return {};
}

void send_verification_mail(Auth& auth, std::string_view errand, Time now) {
  send_link_mail(auth,
                 {.link = MailLinkKind::verify_email,
                  .open_links = &User::verify_token_ids,
                  .attribute = "verify_token_id",
                  .kind = "verify",
                  .template_name = "verify_email",
                  .is_for = [](const User& user) { return !user.email_verified_at; }},
                 errand, now);
}

}  // namespace voyages::auth
