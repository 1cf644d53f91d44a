#include "auth/account/me.h"

#include "auth/account/change_password.h"
#include "auth/federation/identity.h"
#include "auth/mail_limit.h"
#include "auth/mail_link.h"
#include "auth/session.h"
#include "auth/session_end.h"

namespace voyages::auth {

namespace {

constexpr ErrorCode password_needed{"required", "Changing the address needs the current password."};

// Adds the writes that ask the new address for its confirmation, the limit first; returns the mail.
email::RecordedMail request_email_change(Auth& auth, const User& user, const Email& email,
                                         std::vector<store::Write>& writes, store::Update& update, Time now) {
  auto link = new_mail_link(auth, MailLinkKind::verify_email, user.id, email.text(), now);
  update.set["verify_token_id"] = link.token_id;
  writes.emplace_back(limit_mail(email.normalised(), "verify", now));
  if (auto older = drop_mail_link(MailLinkKind::verify_email, user.verify_token_id))
    writes.push_back(std::move(*older));
  writes.emplace_back(std::move(link.put));
  auto mail = auth.outbox.record({email.text(), "verify_email", {{"url", std::move(link.url)}}}, now);
  mail.append_to(writes);
  return mail;
}

// The mails to the account's address, and to the one that it asked to move to.
void forget_mails(Auth& auth, const User& user) {
  auth.outbox.forget(user.email_normalised);
  if (user.verify_token_id.empty()) return;
  const auto link = get(auth.table, mail_link_key(MailLinkKind::verify_email, user.verify_token_id));
  const auto pending = link ? Email::parse(link->text("email")) : std::unexpected(invalid_email);
  if (!pending || pending->normalised() == user.email_normalised) return;
  auth.outbox.forget(pending->normalised());
  const store::Key limit[] = {mail_limit_key(pending->normalised(), "verify")};
  delete_all(auth.table, limit);
}

// All that the account's partition holds besides the account, and the other half of each identity listed there.
void forget_partition(Auth& auth, const std::string& user_id) {
  std::vector<store::Key> keys;
  for (const auto& item : query_all(auth.table, "USER#" + user_id, "")) {
    if (item.key == user_key(user_id)) continue;
    if (federation::IdentityId::is_listed(item)) keys.push_back(federation::IdentityId::of_listed(item).key());
    keys.push_back(item.key);
  }
  delete_all(auth.table, keys);
}

// What is kept beside the account by its address or by the links that it remembers.
void forget_address(Auth& auth, const User& user) {
  forget_mails(auth, user);
  std::vector<store::Key> keys{{"LOGIN#" + user.email_normalised, "ATTEMPTS"}};
  for (const auto kind : limited_mails) keys.push_back(mail_limit_key(user.email_normalised, kind));
  if (!user.reset_token_id.empty()) keys.push_back(mail_link_key(MailLinkKind::reset, user.reset_token_id));
  if (!user.verify_token_id.empty()) keys.push_back(mail_link_key(MailLinkKind::verify_email, user.verify_token_id));
  delete_all(auth.table, keys);
}

// The account and its hold on the address together: no address stays taken by an account that is gone, and none is
// released that another account has taken since. False when the account was changed since it was read.
bool remove_account(Auth& auth, const User& user) {
  const store::Write writes[] = {store::Delete{user_key(user.id), unchanged(user)},
                                 store::Delete{email_key(user.email_normalised)}};
  return auth.table.write(writes).has_value();
}

}  // namespace

Result<UserResponse> get_me(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto user = find_user(auth.table, context.caller->user_id, store::Consistency::eventual);
  if (!user) return fail(user_not_found);
  return UserResponse{view(*user)};
}

Result<UserResponse> update_me(Auth& auth, const UpdateMeRequest& input, http::Context& context) {
  auto user = find_user(auth.table, context.caller->user_id);
  if (!user) return fail(user_not_found);
  auto update = change_user(user->id, {{"updated_at", to_ms(context.now)}}, {store::item_exists()});
  std::vector<store::Write> writes;
  std::optional<email::RecordedMail> mail;
  if (input.email && input.email->normalised() != user->email_normalised) {
    if (!input.current_password) return fail(field_error("current_password", password_needed));
    const auto confirmed = confirm_caller(auth, *user, *input.current_password, context);
    if (!confirmed) return fail(confirmed.error());
    mail = request_email_change(auth, *user, *input.email, writes, update, context.now);
  }
  if (input.name) update.set["name"] = user->name = input.name->text();
  user->updated_at = context.now;
  writes.emplace_back(std::move(update));
  if (const auto written = auth.table.write(writes); !written) {
    if (!mail || written.error().index != 0) return fail(user_not_found);
    Error error(too_many_attempts, "This address got a mail less than a minute ago. Wait a minute, then try again.");
    error.retry_after = mail_interval;
    return fail(std::move(error));
  }
  if (mail) auth.outbox.dispatch(*mail, context.now);
  return UserResponse{view(*user)};
}

void delete_user(Auth& auth, const User& user, Time now) {
  // While any of this fails the account is still there, and deleting it can be repeated.
  forget_sessions(auth, user.id, now);
  forget_partition(auth, user.id);
  // As often as the account changes at this very moment: it may be moving to another address.
  for (auto current = std::optional(user); current; current = find_user(auth.table, user.id)) {
    forget_address(auth, *current);
    if (remove_account(auth, *current)) break;
  }
  // Once more without the account: a sign-in may have finished in between, and have linked an identity.
  forget_sessions(auth, user.id, now);
  forget_partition(auth, user.id);
}

Result<void> delete_me(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto user = find_user(auth.table, context.caller->user_id);
  if (!user) return fail(user_not_found);
  delete_user(auth, *user, context.now);
  return {};
}

}  // namespace voyages::auth
