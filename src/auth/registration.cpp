#include "auth/registration.h"

#include <algorithm>

#include "auth/mail_limit.h"
#include "auth/mail_link.h"
#include "auth/request_limit.h"
#include "auth/table_keys.h"
#include "auth/throttle.h"
#include "base/uuid.h"
#include "crypto/token.h"

namespace voyages::auth {

namespace {

const store::Key owner_made_key{std::string(table_keys::setup), "OWNER"};

// The invitation for this address, with the roles it grants; taken away in the same transaction as the account is made.
Result<std::vector<std::string>> use_invite(Auth& auth, const RegisterRequest& input,
                                            std::vector<store::Write>& writes) {
  if (auth.options.registration == Registration::closed) return fail(registration_closed);
  if (!input.invite_token) {
    if (auth.options.registration == Registration::open) return std::vector<std::string>();
    return fail(invalid_invite);
  }
  const auto link = open_mail_link(auth.table, *input.invite_token, MailLinkKind::invite);
  if (!link || link->item.text("email_normalised") != input.email.text()) return fail(invalid_invite);
  writes.push_back(link->use());
  return link->item.list("roles");
}

// The address is taken: its owner hears of it, the caller does not.
void warn_owner(Auth& auth, const Email& email, std::string_view client_ip, Time now) {
  auto allowance =
      allow_mail(auth.table, {.kind = "exists", .email = email.text(), .network = client_network(client_ip)}, now);
  if (!allowance) return;
  const auto mail = auth.outbox.record({.to = email.text(),
                                        .template_name = "account_exists",
                                        .params = {{"login_url", auth.options.public_url}},
                                        .limited = true},
                                       now);
  auto writes = std::move(allowance->writes);
  mail.append_to(writes);
  if (auth.table.write(writes)) auth.outbox.dispatch(mail, now);
}

}  // namespace

NewUser new_user(Auth& auth, const Email& email, const Secret& password, std::string name,
                 std::vector<std::string> roles, bool verified, Time now) {
  User user{.id = new_uuid7(now),
            .email = email.text(),
            .email_normalised = email.text(),
            .name = std::move(name),
            .password_hash = password.empty() ? std::string() : auth.passwords.hash(password),
            .roles = std::move(roles),
            .email_verified_at = verified ? std::optional(now) : std::nullopt,
            .created_at = now,
            .updated_at = now};
  std::vector<store::Write> writes{store::Put{email_item(user), {store::item_absent()}},
                                   store::Put{to_item(user), {store::item_absent()}}};
  if (user.has_role("owner")) writes.emplace_back(store::Put{{owner_made_key, {{"created_at", to_ms(now)}}}});
  return {std::move(user), std::move(writes)};
}

Result<RegisterResponse> register_user(Auth& auth, const RegisterRequest& input, http::Context& context) {
  const std::string_view name = input.name ? std::string_view(input.name->text()) : std::string_view();
  if (const auto fault = personal_fault(input.password, input.email.text(), name, auth.options))
    return fail(field_error("password", *fault));
  if (const auto counted = count_request(auth, limited::registration, context); !counted) return fail(counted.error());
  std::vector<store::Write> invite;
  auto roles = use_invite(auth, input, invite);
  if (!roles) return fail(roles.error());

  // The invitation was mailed to the address, so its holder has shown that the address is theirs.
  const bool verified = input.invite_token.has_value();
  const bool pending = auth.options.verification_required && !verified;
  auto made =
      new_user(auth, input.email, input.password.secret(), std::string(name), std::move(*roles), verified, context.now);
  auto& [user, writes] = made;
  std::optional<email::RecordedMail> mail;
  if (verified) {
    mail = auth.outbox.record({user.email, "welcome", {{"url", auth.options.public_url}}}, context.now);
  } else {
    auto link = new_mail_link(auth, MailLinkKind::verify_email, user.id, user.email, context.now);
    user.verify_token_ids = link.token_id;
    std::get<store::Put>(writes[1]).item = to_item(user);
    writes.emplace_back(std::move(link.put));
    mail = auth.outbox.record(
        {.to = user.email, .template_name = "verify_email", .params = {{"url", std::move(link.url)}}, .limited = true},
        context.now);
  }
  mail->append_to(writes);
  std::ranges::move(invite, std::back_inserter(writes));

  const auto written = auth.table.write(writes);
  if (!written && written.error().index != 0) return fail(invalid_invite);  // used at the same moment
  if (written) auth.outbox.dispatch(*mail, context.now);
  if (!written && !pending) return fail(email_taken);
  if (!written) warn_owner(auth, input.email, context.client_ip, context.now);
  if (!pending) return UserResponse{view(user)};
  context.status = 202;
  return VerificationPending{"verification_pending", input.email.text()};
}

Result<UserResponse> setup_owner(Auth& auth, const SetupRequest& input, http::Context& context) {
  const auto token = crypto::read_token(input.token);
  if (!token || !auth.setup_secret_hash || !equal_in_constant_time(token->secret_hash, *auth.setup_secret_hash)) {
    return fail(setup_done);
  }
  const std::string_view name = input.name ? std::string_view(input.name->text()) : std::string_view();
  if (const auto fault = personal_fault(input.password, input.email.text(), name, auth.options))
    return fail(field_error("password", *fault));
  auto made = new_user(auth, input.email, input.password.secret(), std::string(name), {"owner"}, true, context.now);
  std::get<store::Put>(made.writes.back()).conditions = {store::item_absent()};  // once
  const auto written = auth.table.write(made.writes);
  if (!written) return fail(written.error().index == 0 ? email_taken : setup_done);
  return UserResponse{view(made.user)};
}

bool needs_setup(store::Table& table) { return !get(table, owner_made_key); }

std::optional<std::string> make_setup_token(Auth& auth, Time now) {
  if (!needs_setup(auth.table)) return std::nullopt;
  const auto token = crypto::new_token(now);
  auth.setup_secret_hash = token.secret_hash;
  return std::string(token.text.expose());
}

Result<User> add_user(Auth& auth, const Email& email, const NewPassword& password, std::string name,
                      std::vector<std::string> roles, bool verified, Time now) {
  if (const auto fault = personal_fault(password, email.text(), name, auth.options))
    return fail(field_error("password", *fault));
  if (roles.size() > max_roles) return fail(field_error("roles", too_many_roles));
  auto made = new_user(auth, email, password.secret(), std::move(name), std::move(roles), verified, now);
  if (!auth.table.write(made.writes)) return fail(email_taken);
  return std::move(made.user);
}

}  // namespace voyages::auth
