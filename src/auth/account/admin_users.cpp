#include "auth/account/admin_users.h"

#include <algorithm>

#include "auth/account/me.h"
#include "auth/account/owners.h"
#include "auth/authenticator.h"
#include "auth/mail_link.h"
#include "auth/session.h"
#include "auth/session_end.h"
#include "auth/table_keys.h"
#include "store/list.h"

namespace voyages::auth {

namespace {

constexpr ErrorCode invalid_role{"invalid_role",
                                 "A role has 1 to 40 lower-case letters, digits, `_`, `-`, `:` or `.`."};

std::vector<std::string> texts(const std::vector<Role>& roles) {
  std::vector<std::string> list;
  for (const auto& role : roles) {
    if (std::ranges::find(list, role.text()) == list.end()) list.push_back(role.text());
  }
  return list;
}

bool is_owner(const std::vector<std::string>& roles) { return std::ranges::find(roles, "owner") != roles.end(); }

// An administrator must not rise above itself: what concerns owners is for owners, and for no client of theirs.
bool may_touch(const http::Context& context, const std::vector<std::string>& roles) {
  const auto& caller = *context.caller;
  return !is_owner(roles) || (is_owner(caller.roles) && caller.client_id.empty());
}

Result<User> find_subject(Auth& auth, const http::Uuid& id, const http::Context& context) {
  auto user = find_user(auth.table, id.text());
  if (!user) return fail(user_not_found);
  if (!may_touch(context, user->roles)) return fail(owner_protected);
  return std::move(*user);
}

}  // namespace

std::expected<Role, ErrorCode> Role::parse(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-:.";
  if (text.empty() || text.size() > 40 || text.find_first_not_of(allowed) != std::string_view::npos) {
    return std::unexpected(invalid_role);
  }
  return Role(std::string(text));
}

void Role::describe(boost::json::object& schema) {
  schema["pattern"] = "^[a-z0-9_:.-]{1,40}$";
  schema["example"] = "admin";
}

Result<http::List<UserView>> list_users(Auth& auth, const http::ListInput& input, http::Context&) {
  return store::list<http::List<UserView>>(
      auth.table, {.source = store::Query::Source::index, .pk = std::string(table_keys::users)}, input,
      [](const store::Item& item) { return view(to_user(item)); });
}

Result<UserResponse> get_user(Auth& auth, const UserInput& input, http::Context&) {
  const auto user = find_user(auth.table, input.id.text());
  if (!user) return fail(user_not_found);
  return UserResponse{view(*user)};
}

Result<User> set_user(Auth& auth, User user, std::optional<std::vector<std::string>> roles,
                      std::optional<bool> disabled, Time now) {
  if (roles && roles->size() > max_roles) return fail(field_error("roles", too_many_roles));
  std::vector<store::Write> writes;
  const bool is_demoted = roles && !is_owner(*roles);
  const bool is_locked = disabled && *disabled && !user.disabled_at;
  if (user.has_role("owner") && (is_demoted || is_locked)) {
    auto other = check_other_owner(auth, user);
    if (!other) return fail(other.error());
    writes.push_back(std::move(*other));
  }
  auto update = change_user(user.id, {{"updated_at", to_ms(now)}}, unchanged(user));
  user.updated_at = now;
  ++user.version;
  if (roles) update.set["roles"] = user.roles = std::move(*roles);
  if (disabled && *disabled) {
    user.disabled_at = now;
    update.set["disabled_at"] = to_ms(now);
  } else if (disabled) {
    user.disabled_at.reset();
    update.remove.emplace_back("disabled_at");
  }
  writes.emplace_back(std::move(update));
  if (user.disabled_at) {
    if (!end_sessions(auth, user.id, every_session, EndReason::revoked, writes, now)) return fail(conflict);
  } else {
    if (!renew_sessions(auth, user.id, writes)) return fail(conflict);
  }
  return user;
}

Result<UserResponse> update_user(Auth& auth, const UpdateUserRequest& input, http::Context& context) {
  auto subject = find_subject(auth, input.id, context);
  if (!subject) return fail(subject.error());
  std::optional<std::vector<std::string>> roles;
  if (input.roles) roles = texts(*input.roles);
  if (roles && !may_touch(context, *roles)) return fail(owner_protected);
  auto user = set_user(auth, std::move(*subject), std::move(roles), input.disabled, context.now);
  if (!user) return fail(user.error());
  return UserResponse{view(*user)};
}

Result<void> remove_user(Auth& auth, const UserInput& input, http::Context& context) {
  const auto subject = find_subject(auth, input.id, context);
  if (!subject) return fail(subject.error());
  return delete_user(auth, *subject, context.now);
}

Result<void> end_user_sessions(Auth& auth, const UserInput& input, http::Context& context) {
  const auto subject = find_subject(auth, input.id, context);
  if (!subject) return fail(subject.error());
  (void)end_sessions(auth, subject->id, every_session, EndReason::revoked, {}, context.now);
  return {};
}

Result<void> send_invite(Auth& auth, const Email& email, const std::vector<std::string>& roles, Time now) {
  if (roles.size() > max_roles) return fail(field_error("roles", too_many_roles));
  auto link = new_mail_link(auth, MailLinkKind::invite, "", email.text(), now);
  link.put.item.attributes["email_normalised"] = email.text();
  link.put.item.attributes["roles"] = roles;
  const auto mail = auth.outbox.record({email.text(), "invite", {{"url", link.url}}}, now);
  const store::Write writes[] = {link.put, mail.item, mail.entry};
  (void)auth.table.write(writes);  // without conditions it cannot be refused
  auth.outbox.dispatch(mail, now);
  return {};
}

Result<void> invite(Auth& auth, const InviteRequest& input, http::Context& context) {
  const auto roles = input.roles ? texts(*input.roles) : std::vector<std::string>();
  if (!may_touch(context, roles)) return fail(owner_protected);
  if (get(auth.table, email_key(input.email.text()))) return fail(email_taken);
  return send_invite(auth, input.email, roles, context.now);
}

}  // namespace voyages::auth
