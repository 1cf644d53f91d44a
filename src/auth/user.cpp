#include "auth/user.h"

#include <algorithm>
#include <array>
#include <boost/describe.hpp>

#include "auth/table_keys.h"
#include "store/record.h"

namespace voyages::store {

template <>
inline constexpr auto stored<auth::User> = std::to_array<Stored>({
    {.member = "version", .unless_empty = true},
    // Older versions kept one of each.
    {.member = "reset_token_ids", .attribute = "reset_token_id"},
    {.member = "verify_token_ids", .attribute = "verify_token_id"},
});

}  // namespace voyages::store

namespace voyages::auth {

bool User::has_role(std::string_view role) const { return std::ranges::find(roles, role) != roles.end(); }

UserView view(const User& user) {
  return {user.id,
          user.email,
          user.name.empty() ? std::nullopt : std::optional(user.name),
          user.roles,
          user.email_verified_at.has_value(),
          user.disabled_at.has_value(),
          !user.password_hash.empty(),
          user.created_at,
          user.updated_at};
}

store::Key user_key(std::string_view user_id) {
  return {store::key_part(table_keys::user, user_id), std::string(table_keys::profile)};
}
store::Key email_key(std::string_view normalised) { return {store::key_part(table_keys::email, normalised), "USER"}; }

BOOST_DESCRIBE_STRUCT(User, (),
                      (email, email_normalised, name, password_hash, roles, email_verified_at, disabled_at,
                       reset_token_ids, verify_token_ids, created_at, updated_at, version))

store::Item to_item(const User& user) {
  return {user_key(user.id), store::to_attributes(user), store::IndexKey{std::string(table_keys::users), user.id}};
}

User to_user(const store::Item& item) {
  auto user = store::from_item<User>(item);
  user.id = item.key.pk.substr(table_keys::user.size());
  // Older versions kept the address as it was typed, which may be none: mail went to another one than it says.
  const auto email = Email::parse(user.email);
  user.has_bad_email = !email || email->text() != user.email_normalised;
  user.email = user.email_normalised;
  if (user.has_bad_email) user.email_verified_at.reset();
  return user;
}

store::Item email_item(const User& user) { return {email_key(user.email_normalised), {{"user_id", user.id}}}; }

store::Update change_user(std::string_view user_id, store::Attributes set, std::vector<store::Condition> conditions) {
  return {
      .key = user_key(user_id), .set = std::move(set), .add = {{"version", 1}}, .conditions = std::move(conditions)};
}

std::vector<store::Condition> unchanged(const User& user) {
  // A user that was never changed, or not since versions are counted, has none.
  return {store::item_exists(), user.version == 0 ? store::absent("version") : store::equals("version", user.version)};
}

std::optional<User> find_user(store::Table& table, std::string_view user_id, store::Consistency consistency) {
  const auto item = get(table, user_key(user_id), consistency);
  if (!item) return std::nullopt;
  return to_user(*item);
}

std::optional<User> find_user_by_email(store::Table& table, const Email& email) {
  const auto pointer = get(table, email_key(email.text()));
  if (!pointer) return std::nullopt;
  return find_user(table, pointer->text("user_id"));
}

}  // namespace voyages::auth
