#include "auth/account/me.h"

#include <algorithm>

#include "auth/account/change_password.h"
#include "auth/account/owners.h"
#include "auth/federation/identity.h"
#include "auth/mail_limit.h"
#include "auth/mail_link.h"
#include "auth/session.h"
#include "auth/session_end.h"
#include "auth/table_keys.h"
#include "part/deleted_user.h"

namespace voyages::auth {

namespace {

constexpr ErrorCode password_needed{"required", "Changing the address needs the current password."};

Error too_many_mails(std::chrono::milliseconds wait) {
  Error error(too_many_attempts, "This address gets no more such mails for now. Wait as long as `Retry-After` says.");
  error.retry_after = std::chrono::ceil<std::chrono::seconds>(wait);
  return error;
}

// Adds the writes that ask the new address for its confirmation; returns the mail. Links to other addresses, perhaps
// mistyped ones, stop working. Counted apart from the mails that the address's own account asks for.
Result<email::RecordedMail> request_email_change(Auth& auth, const User& user, const Email& email,
                                                 std::vector<store::Write>& writes, store::Update& update, Time now) {
  auto allowance = allow_mail(auth.table, {.kind = "change", .email = email.text(), .network = user.id}, now);
  if (!allowance) return fail(too_many_mails(allowance.error() - now));
  writes = std::move(allowance->writes);
  auto link = new_mail_link(auth, MailLinkKind::verify_email, user.id, email.text(), now);
  update.set["verify_token_id"] = link.token_id;
  drop_mail_links(MailLinkKind::verify_email, user.verify_token_ids, writes);
  writes.emplace_back(std::move(link.put));
  auto mail = auth.outbox.record({email.text(), "verify_email", {{"url", std::move(link.url)}}}, now);
  mail.append_to(writes);
  return mail;
}

// The account's address, and the one that it asked to move to.
std::vector<std::string> addresses_of(Auth& auth, const User& user) {
  std::vector<std::string> addresses{user.email_normalised};
  for (const auto& id : link_ids(user.verify_token_ids)) {
    const auto link = get(auth.table, mail_link_key(MailLinkKind::verify_email, id));
    const auto pending = link ? Email::parse(link->text("email")) : std::unexpected(invalid_email);
    if (!pending || std::ranges::find(addresses, pending->text()) != addresses.end()) continue;
    addresses.push_back(pending->text());
  }
  return addresses;
}

// All that the account's partition holds besides the account, and the other half of each identity listed there.
void forget_partition(Auth& auth, const std::string& user_id) {
  std::vector<store::Key> keys;
  for (const auto& item : query_all(auth.table, store::key_part(table_keys::user, user_id), "")) {
    if (item.key == user_key(user_id)) continue;
    if (federation::IdentityId::is_listed(item)) keys.push_back(federation::IdentityId::of_listed(item).key());
    keys.push_back(item.key);
  }
  delete_all(auth.table, keys);
}

// What is kept beside the account by its addresses.
void forget_addresses(Auth& auth, const std::vector<std::string>& addresses) {
  std::vector<store::Key> keys;
  for (const auto& address : addresses) {
    for (const auto& item : query_all(auth.table, store::key_part(table_keys::login, address), ""))
      keys.push_back(item.key);
  }
  delete_all(auth.table, keys);
}

// The account and its hold on the address together: no address stays taken by an account that is gone, and none is
// released that another account has taken since. With them go the links that it remembers, and comes the note that
// every part is to forget the user. False when the account was changed since it was read.
bool remove_account(Auth& auth, const User& user, const std::vector<std::string>& addresses,
                    std::vector<store::Write> checks, Time now) {
  auto writes = std::move(checks);
  writes.emplace_back(store::Delete{user_key(user.id), unchanged(user)});
  writes.emplace_back(store::Delete{email_key(user.email_normalised)});
  writes.push_back(part::deletion_note({.id = user.id, .addresses = addresses, .deleted_at = now}));
  drop_mail_links(user, writes);
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
  if (input.email && input.email->text() != user->email_normalised) {
    if (!input.current_password) return fail(field_error("current_password", password_needed));
    const auto confirmed = confirm_caller(auth, *user, *input.current_password, context);
    if (!confirmed) return fail(confirmed.error());
    auto asked = request_email_change(auth, *user, *input.email, writes, update, context.now);
    if (!asked) return fail(asked.error());
    mail = std::move(*asked);
  }
  if (input.name) update.set["name"] = user->name = input.name->text();
  user->updated_at = context.now;
  writes.emplace_back(std::move(update));
  if (const auto written = auth.table.write(writes); !written) {
    // Refused are the account's own write, the last, or those that count the mail.
    if (written.error().index == writes.size() - 1) return fail(user_not_found);
    return fail(too_many_mails(std::chrono::minutes(1)));
  }
  if (mail) auth.outbox.dispatch(*mail, context.now);
  return UserResponse{view(*user)};
}

Result<void> delete_user(Auth& auth, const User& user, Time now) {
  if (user.has_role("owner")) {
    if (const auto other = check_other_owner(auth, user); !other) return fail(other.error());
  }
  // While any of this fails the account is still there, and deleting it can be repeated.
  forget_sessions(auth, user.id, now);
  forget_partition(auth, user.id);
  // As often as the account changes at this very moment: it may be moving to another address.
  for (auto current = std::optional(user); current; current = find_user(auth.table, user.id)) {
    const auto addresses = addresses_of(auth, *current);
    forget_addresses(auth, addresses);
    std::vector<store::Write> checks;
    if (current->has_role("owner")) {
      auto other = check_other_owner(auth, *current);
      if (!other) return fail(other.error());
      checks.push_back(std::move(*other));
    }
    if (remove_account(auth, *current, addresses, std::move(checks), now)) break;
  }
  finish_deletion(auth, user.id, now);
  part::queue_deletion(auth.queue, auth.log, user.id);
  return {};
}

void finish_deletion(Auth& auth, const std::string& user_id, Time now) {
  // Once more without the account: a sign-in may have finished in between, and have linked an identity.
  forget_sessions(auth, user_id, now);
  forget_partition(auth, user_id);
}

Result<void> delete_me(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto user = find_user(auth.table, context.caller->user_id);
  if (!user) return fail(user_not_found);
  return delete_user(auth, *user, context.now);
}

}  // namespace voyages::auth
