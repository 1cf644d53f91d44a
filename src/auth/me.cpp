#include "auth/me.h"

#include "auth/change_password.h"
#include "auth/federation/identity.h"
#include "auth/link.h"
#include "auth/mail_limit.h"
#include "auth/session.h"
#include "part/deleted_user.h"

namespace voyages::auth {

namespace {

constexpr ErrorCode password_needed{"required", "Changing the address needs the current password."};

// Adds the writes that ask the new address for its confirmation, the limit first; returns the mail.
email::RecordedMail request_email_change(Auth& auth, const User& user, const Email& email,
                                         std::vector<store::Write>& writes, store::Update& update, Time now) {
  auto link = new_link(auth, LinkKind::verify, user.id, email.text(), now);
  update.set["verify_token_id"] = link.token_id;
  writes.emplace_back(limit_mail(email.normalised(), "verify", now));
  if (auto older = drop_link(LinkKind::verify, user.verify_token_id)) writes.push_back(std::move(*older));
  writes.emplace_back(std::move(link.put));
  auto mail = auth.outbox.record({email.text(), "verify_email", {{"url", std::move(link.url)}}}, now);
  mail.append_to(writes);
  return mail;
}

// The account's address, and the one that it asked to move to.
std::vector<std::string> addresses_of(Auth& auth, const User& user) {
  std::vector<std::string> addresses{user.email_normalised};
  if (user.verify_token_id.empty()) return addresses;
  const auto link = get(auth.table, link_key(LinkKind::verify, user.verify_token_id));
  const auto pending = link ? Email::parse(link->text("email")) : std::unexpected(invalid_email);
  if (pending && pending->normalised() != user.email_normalised) addresses.push_back(pending->normalised());
  return addresses;
}

// All that the account's partition holds, and the other half of each identity listed there.
void forget_partition(Auth& auth, const std::string& user_id) {
  std::vector<store::Key> keys;
  for (const auto& item : query_all(auth.table, "USER#" + user_id, "")) {
    if (federation::IdentityId::is_listed(item)) keys.push_back(federation::IdentityId::of_listed(item).key());
    keys.push_back(item.key);
  }
  delete_all(auth.table, keys);
}

void erase_user(Auth& auth, const User& user, Time now) {
  const auto addresses = addresses_of(auth, user);
  forget_sessions(auth, user.id, now);
  std::vector<store::Key> keys{{"LOGIN#" + user.email_normalised, "ATTEMPTS"}, email_key(user.email_normalised)};
  for (const auto kind : limited_mails) keys.push_back(mail_limit_key(user.email_normalised, kind));
  if (addresses.size() > 1) keys.push_back(mail_limit_key(addresses.back(), "verify"));
  if (!user.reset_token_id.empty()) keys.push_back(link_key(LinkKind::reset, user.reset_token_id));
  if (!user.verify_token_id.empty()) keys.push_back(link_key(LinkKind::verify, user.verify_token_id));
  delete_all(auth.table, keys);
  forget_partition(auth, user.id);
  // Once more without the account: a sign-in may have finished in between, and have linked an identity.
  forget_sessions(auth, user.id, now);
  forget_partition(auth, user.id);
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
  store::Update update{
      .key = user_key(user->id), .set = {{"updated_at", to_ms(context.now)}}, .conditions = {store::item_exists()}};
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
  // First, so that the queue finishes what fails from here on.
  const store::Write note =
      part::deletion_note({.id = user.id, .addresses = addresses_of(auth, user), .deleted_at = now});
  (void)auth.table.write({&note, 1});  // without conditions it cannot be refused
  erase_user(auth, user, now);
  part::queue_deletion(auth.queue, auth.log, user.id);
}

void finish_deletion(Auth& auth, const std::string& user_id, Time now) {
  if (const auto user = find_user(auth.table, user_id)) return erase_user(auth, *user, now);
  forget_sessions(auth, user_id, now);
  forget_partition(auth, user_id);
}

Result<void> delete_me(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto user = find_user(auth.table, context.caller->user_id);
  if (!user) return fail(user_not_found);
  delete_user(auth, *user, context.now);
  return {};
}

}  // namespace voyages::auth
