#include "auth/me.h"

#include <algorithm>

#include "auth/change_password.h"
#include "auth/link.h"
#include "auth/session.h"

namespace voyages::auth {

namespace {

constexpr ErrorCode password_needed{"required", "Changing the address needs the current password."};

// Adds the writes that ask the new address for its confirmation.
void request_email_change(Auth& auth, const User& user, const Email& email, std::vector<store::Write>& writes,
                          store::Update& update, Time now) {
  auto link = new_link(auth, LinkKind::verify, user.id, email.text(), now);
  update.set["verify_token_id"] = link.token_id;
  writes.emplace_back(std::move(link.put));
  writes.emplace_back(auth.outbox.record({email.text(), "verify_email", {{"url", std::move(link.url)}}}, now));
}

// A session's refresh tokens form a chain, and the session names one of its links: follows it to both ends.
std::vector<store::Key> refresh_token_keys(store::Table& table, const store::Item& session) {
  std::vector<store::Key> keys;
  const auto start = get(table, refresh_key(session.text("token_id")));
  if (!start) return keys;
  keys.push_back(start->key);
  for (const std::string_view direction : {"replaced_by", "previous"}) {
    auto at = start;
    while (at && !at->text(direction).empty()) {
      at = get(table, refresh_key(at->text(direction)));
      if (at) keys.push_back(at->key);
    }
  }
  return keys;
}

void delete_all(store::Table& table, std::span<const store::Key> keys) {
  constexpr std::size_t most = 100;
  for (std::size_t begin = 0; begin < keys.size(); begin += most) {
    std::vector<store::Write> writes;
    for (const auto& key : keys.subspan(begin, std::min(most, keys.size() - begin)))
      writes.emplace_back(store::Delete{key});
    (void)table.write(writes);  // without conditions it cannot be refused
  }
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
  if (input.email && input.email->normalised() != user->email_normalised) {
    if (!input.current_password) return fail(field_error("current_password", password_needed));
    const auto confirmed = confirm_caller(auth, *user, *input.current_password, context);
    if (!confirmed) return fail(confirmed.error());
    request_email_change(auth, *user, *input.email, writes, update, context.now);
  }
  if (input.name) update.set["name"] = user->name = input.name->text();
  user->updated_at = context.now;
  const auto mail = writes.empty() ? std::nullopt : std::optional(std::get<store::Put>(writes.back()));
  writes.emplace_back(std::move(update));
  if (!auth.table.write(writes)) return fail(user_not_found);
  if (mail) auth.outbox.dispatch(*mail);
  return UserResponse{view(*user)};
}

void delete_user(Auth& auth, const User& user, Time now) {
  std::vector<store::Key> keys;
  for (const auto& session : list_session_items(auth.table, user.id)) {
    for (auto& key : refresh_token_keys(auth.table, session)) keys.push_back(std::move(key));
  }
  // Sessions first: while any of this fails the account is still there, and deleting it can be repeated.
  (void)end_sessions(auth, user.id, {}, EndReason::revoked, {}, now);
  delete_all(auth.table, keys);
  keys.clear();
  for (const auto& item : query_all(auth.table, "USER#" + user.id, "")) keys.push_back(item.key);
  for (const auto* sort_key : {"ATTEMPTS", "MAIL#reset", "MAIL#verify"}) {
    keys.push_back({"LOGIN#" + user.email_normalised, sort_key});
  }
  if (!user.reset_token_id.empty()) keys.push_back(link_key(LinkKind::reset, user.reset_token_id));
  if (!user.verify_token_id.empty()) keys.push_back(link_key(LinkKind::verify, user.verify_token_id));
  keys.push_back(email_key(user.email_normalised));
  delete_all(auth.table, keys);
}

Result<void> delete_me(Auth& auth, const http::Nothing&, http::Context& context) {
  const auto user = find_user(auth.table, context.caller->user_id);
  if (!user) return fail(user_not_found);
  delete_user(auth, *user, context.now);
  return {};
}

}  // namespace voyages::auth
